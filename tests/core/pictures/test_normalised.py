import numpy as np
import pytest

from vizterm_core.pictures.normalised import KNOWN, find_normalisation

RNG = np.random.default_rng(0)
PICTURE = RNG.random((3, 40, 50))


def normalised(known, levels=PICTURE):
    low, high = (np.array(ends)[:, None, None] for ends in (known.low, known.high))
    return (low + levels * (high - low)).astype(np.float32)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_each_is_known_again(known):
    assert find_normalisation(normalised(known)) is known
    assert find_normalisation(normalised(known).astype("f2")) is known


def test_imagenets_is_torchvisions():
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    tensor = (PICTURE - mean[:, None, None]) / std[:, None, None]
    assert find_normalisation(tensor).name == "ImageNet's mean and deviation"


@pytest.mark.parametrize(
    "other",
    [
        PICTURE,
        PICTURE * 2 - 1,
        PICTURE * 255,
        PICTURE * 10 - 5,
        PICTURE * 0.3 - 1.2,
        PICTURE[:1] * 4 - 2,
        np.full((3, 4, 4), np.nan),
        (PICTURE * 255).astype(np.uint8),
    ],
)
def test_other_ranges_are_not(other):
    assert find_normalisation(other) is None
