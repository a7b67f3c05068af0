"""Spots of selected points in pixels: where they are, how large, and in which colours."""

import numpy as np
import pytest
from tests.support.points import clusters, fit

from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.shade import Inks
from vizterm_core.scatter.spots import spot_radius, with_spots

RED, BLUE, GREY = (255, 60, 60), (60, 60, 255), (128, 128, 128)
INKS = Inks.of([RED, BLUE, GREY], (0, 0, 0)).of_selection()
FINENESS = 4


def counted(points, labels, view=None):
    points = np.asarray(points, float)
    index = PointIndex(
        points[:, 0].copy(), points[:, 1].copy(), np.array(labels, np.uint8), 2, tables=False
    )
    finer = (view or fit(index)).finer(FINENESS)
    return index.exact_frame(finer, np.ones(2, bool))


def test_each_selected_point_is_a_disc_around_its_pixel_in_its_colour_with_a_rim():
    frame = counted([[0, 0], [10, 10], [10, 0]], [0, 1, 0])
    white = np.full((*frame.dots.shape, 3), 255, np.uint8)
    drawn = with_spots(white, frame, INKS, FINENESS)
    assert (white == 255).all(), "what is given stays as it is"
    radius = spot_radius(3, *frame.dots.shape[::-1], FINENESS)
    rows, columns = np.nonzero(frame.dots)
    y, x = np.indices(frame.dots.shape)
    for row, column in zip(rows, columns, strict=True):
        far = np.hypot(y - row, x - column)
        inside = drawn[far <= radius - 1]
        assert np.ptp(inside, axis=0).max() == 0
        red = inside[0, 0] > inside[0, 2]
        assert red == (frame.labels[row // 4, column // 2] == 0)
        assert (drawn[(far > radius) & (far <= radius + 0.5)] == 0).all(), "a rim of the paper"
    nearest = np.min([np.hypot(y - r, x - c) for r, c in zip(rows, columns, strict=True)], axis=0)
    assert (drawn[nearest > radius + 3] == 255).all()


@pytest.mark.parametrize("count", [0, 1, 50, 5000, 200_000])
def test_the_more_there_are_the_smaller_they_are_down_to_a_pixel(count):
    x, y, labels = clusters(max(1, count), 2)
    points = np.stack([x, y], 1)[:count]
    index = PointIndex(x, y, labels, 2, tables=False)
    if count:
        frame = counted(points, labels[:count], fit(index))
    else:
        frame = index.exact_frame(fit(index).finer(FINENESS), np.zeros(2, bool))
    black = np.zeros((*frame.dots.shape, 3), np.uint8)
    drawn = with_spots(black, frame, INKS, FINENESS).any(axis=2)
    lit = int((frame.dots > 0).sum())
    assert drawn[frame.dots > 0].all()
    assert drawn.mean() < 0.08 or drawn.sum() == lit


def test_spots_of_the_highlighted_label_lie_on_top():
    frame = counted([[0, 0], [100, 100], [50, 50], [52, 50]], [0, 1, 0, 1])
    black = np.zeros((*frame.dots.shape, 3), np.uint8)
    areas = []
    for highlight in (0, 1):
        drawn = with_spots(black, frame, INKS, FINENESS, highlight).astype(int)
        areas.append((drawn[..., 0] > drawn[..., 2]).sum() - (drawn[..., 2] > drawn[..., 0]).sum())
    assert areas[0] > areas[1]
