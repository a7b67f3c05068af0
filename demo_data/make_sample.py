"""Make `sample.npz`: a photograph, and what the filters of early vision make of it.

    python demo_data/make_sample.py            (needs scikit-learn and Pillow; takes a second)

Arrays written, uncompressed, so that vizterm can map them in place:

    image    (256, 384, 3)    uint8     the photograph, reduced
    feature  (1, 24, 32, 48)  float16   24 channels, each the mean over 8 x 8 pixels

    channels  0- 7   edges and stripes, 4 pixels a period, at 0, 22.5, ... 157.5 degrees
              8-15   the same, 12 pixels a period
             16-17   light spots on dark, dark spots on light
             18-19   redder than green, greener than red
             20-21   yellower than blue, bluer than yellow
             22      local contrast
             23      lightness

The edges are energies of quadrature pairs of Gabor filters, their angle that of the normal; the
others are rectified, as a network's are.

The photograph is `china.jpg`, which ships inside scikit-learn: by danielbuechele
(https://www.flickr.com/photos/danielbuechele/6061409035/), Creative Commons Attribution 2.0
(https://creativecommons.org/licenses/by/2.0/). It was reduced and its colours kept.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import convolve, gaussian_filter
from sklearn.datasets import load_sample_image

TARGET = Path(__file__).with_name("sample.npz")
HEIGHT, WIDTH = 256, 384
POOLED = 8
"""Sides of the squares that are averaged, in pixels."""
PERIODS = (4.0, 12.0)
ORIENTATIONS = 8

Map = npt.NDArray[np.float64]


def main() -> None:
    """Reduce the photograph, filter it and write the file beside this script."""
    photograph = Image.fromarray(load_sample_image("china.jpg"))
    small = photograph.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    image = np.asarray(small)
    channels = [pooled(response) for response in responses(image / 255)]
    feature = np.stack(channels)[None].astype(np.float16)
    np.savez(TARGET, image=image, feature=feature)
    print(f"wrote {TARGET.name}: {TARGET.stat().st_size:,} bytes")


def responses(image: Map) -> list[Map]:
    """All channels at full size, (H, W) each."""
    red, green, blue = np.moveaxis(image, -1, 0)
    # Luma weights of ITU-R BT.601.
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    found = [
        gabor_energy(light, period, np.pi * step / ORIENTATIONS)
        for period in PERIODS
        for step in range(ORIENTATIONS)
    ]
    spots = gaussian_filter(light, 2) - gaussian_filter(light, 6)
    red_green = gaussian_filter(red - green, 2)
    yellow_blue = gaussian_filter((red + green) / 2 - blue, 2)
    for opponents in (spots, red_green, yellow_blue):
        found += [np.maximum(opponents, 0), np.maximum(-opponents, 0)]
    mean = gaussian_filter(light, 4)
    contrast = np.sqrt(np.maximum(gaussian_filter(light**2, 4) - mean**2, 0))
    return [*found, contrast, light]


def gabor_energy(light: Map, period: float, angle: float) -> Map:
    """The length of the responses of an even and an odd Gabor filter."""
    sigma = period / 2
    reach = int(np.ceil(3 * sigma))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    phase = 2 * np.pi / period * (x * np.cos(angle) + y * np.sin(angle))
    window = np.exp(-(x**2 + y**2) / (2 * sigma**2))
    window /= window.sum()
    even = window * np.cos(phase)
    # Without a mean, or it would see the light as well.
    even -= window * even.sum()
    odd = window * np.sin(phase)
    return np.hypot(convolve(light, even, mode="nearest"), convolve(light, odd, mode="nearest"))


def pooled(response: Map) -> Map:
    """Means over squares."""
    rows, columns = HEIGHT // POOLED, WIDTH // POOLED
    return response.reshape(rows, POOLED, columns, POOLED).mean(axis=(1, 3))


if __name__ == "__main__":
    main()
