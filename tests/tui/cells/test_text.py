"""Text and numbers for people."""

import pytest

from vizterm.cells.text import zoom_text


@pytest.mark.parametrize(
    ("factor", "text"), [(1, "1"), (2.44, "2.4"), (9.96, "10"), (1234.5, "1,234"), (1e6, "1e+06")]
)
def test_zoom_factors_are_short(factor, text):
    assert zoom_text(factor) == text
