"""Run all benchmarks; exits 1 if a promise was not kept, or could not be measured."""

import sys

from tests.bench import (
    columns,
    conditions,
    dots,
    epochs,
    figures,
    frames,
    heat,
    heat_pixels,
    links,
    maps,
    neighbours,
    overlays,
    pictures,
    recolouring,
    selecting,
    sheets,
    sixels,
    start,
    taking,
)
from tests.bench.report import run

SECTIONS = {
    "Frames, 120 x 40 cells, ten labels": frames.measure,
    "Other colours and filters, 120 x 40 cells": recolouring.measure,
    "Epochs, 120 x 40 cells, ten labels": epochs.measure,
    "Selecting, 120 x 40 cells, ten labels": selecting.measure,
    "Ways to draw dots, 120 x 40 cells, ten labels": dots.measure,
    "Figures of 160 x 110 mm at 300 dpi, ten labels": figures.measure,
    "Taking away, of a million rows": taking.measure,
    "Conditions over columns, 10⁷ rows": conditions.measure,
    "Heatmaps, 1920 x 1080 -> 240 x 140 pixels": heat.measure,
    "Heatmaps in pixels, 1920 x 1080": heat_pixels.measure,
    "Overlays, 512 x 512, 256 channels of 64 x 64": overlays.measure,
    "Columns of Parquet files, 50,000 x 768 and 3,000 pictures": columns.measure,
    "Neighbours, 12 of 10⁵ and 10⁶ vectors of 512": neighbours.measure,
    "Maps of vectors, by fastumap": maps.measure,
    "Pictures as sixels": sixels.measure,
    "Pictures while moving through points": pictures.measure,
    "A contact sheet, 60 pictures of 64 x 64 a page": sheets.measure,
    "Behind a link, 120 x 40 cells, sixel pictures of noise": links.measure,
    "The real binary in a pty": start.measure,
}

if __name__ == "__main__":
    sys.exit(not run(SECTIONS))
