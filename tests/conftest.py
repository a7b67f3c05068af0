"""Shared data: the exact arrays of the documentation's example, and the digits."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

collect_ignore_glob = ["bench/*", "pictures/*", "soak.py"]
"""Programs of their own, with libraries that take seconds to import."""
DIGITS = Path(__file__).parent.parent / "demo_data" / "digits.npz"


@pytest.fixture(scope="session")
def digits_path():
    return DIGITS


@pytest.fixture
def example_path(tmp_path):
    """n = 20, four classes, random 64 x 64 images."""
    rng = np.random.default_rng(0)
    path = tmp_path / "data.npz"
    np.savez(path, X=rng.random((20, 2)), y=rng.integers(0, 4, 20), X_plot=rng.random((20, 64, 64)))
    return path


# Busy machines: what a law takes is no concern of it.
settings.register_profile("vizterm", deadline=None)
settings.load_profile("vizterm")
