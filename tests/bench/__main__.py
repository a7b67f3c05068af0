"""Run all benchmarks; exits 1 if a promise was not kept."""

import sys

from tests.bench import frames, heat, links, overlays, pictures, sixels, start
from tests.bench.report import show

if __name__ == "__main__":
    kept = show("Frames, 120 x 40 cells, ten labels", frames.measure())
    kept &= show("Heatmaps, 1920 x 1080 -> 240 x 140 pixels", heat.measure())
    kept &= show("Overlays, 512 x 512, 256 channels of 64 x 64", overlays.measure())
    kept &= show("Pictures as sixels", sixels.measure())
    kept &= show("Pictures of one who moves on", pictures.measure())
    kept &= show("Behind a link, 120 x 40 cells, sixel pictures of noise", links.measure())
    kept &= show("The real binary in a pty", start.measure())
    sys.exit(not kept)
