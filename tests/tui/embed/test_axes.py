"""Axes of a view, without an app."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.ticker import MultipleLocator

from vizterm.embed.scatter.axes import BELOW, NARROWEST, WIDEST, Axes
from vizterm_core.scatter.viewport import Extent, Viewport

law = settings(max_examples=150, deadline=None, derandomize=True)


def drawn(axes):
    """The rows of the axes as text; the plot is dots."""
    view = axes.view
    rows = [axes.left(row).text + "·" * view.columns for row in range(view.rows)]
    return rows + ["".join(part.text for part in line) for line in axes.below()]


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


def test_axes_by_example():
    # A cell is 1 wide and 1 high; the plot begins half a unit left of 0 and ends below -2.
    view = Viewport(left=-0.5, top=12.5, x_scale=2, y_scale=4, columns=32, rows=15)
    assert drawn(Axes.of(view)) == [
        "      │································",
        "      │································",
        "   10 ┤································",
        "      │································",
        "      │································",
        "      │································",
        "      │································",
        "    5 ┤································",
        "      │································",
        "      │································",
        "      │································",
        "      │································",
        "    0 ┤································",
        "      │································",
        "      │································",
        "      └┬───────────────────┬───────────",
        "       0                  20           ",
    ]


def step_of(ticks):
    return number(ticks[1].text) - number(ticks[0].text)


def test_steps_are_equal_where_units_are():
    # With 32 rows for 132 units, the axis on the left would by itself take steps of 20.
    view = Viewport.fit(Extent(-73, 77, -70, 55), 86, 32, margin=0.03)
    axes = Axes.of(view)
    assert step_of(axes.across) == step_of(axes.down) == 25
    # Twice as steep, the same step would be 12 rows.
    steep = Viewport(view.left, view.top, view.x_scale, 2 * view.y_scale, 86, 32)
    assert step_of(Axes.of(steep).across) == 25
    assert step_of(Axes.of(steep).down) == 10


views = st.builds(
    lambda left, width, top, height, columns, rows: Viewport(
        left, top, 2 * columns / width, 4 * rows / height, columns, rows
    ),
    st.floats(-1e4, 1e4),
    st.floats(0.01, 1e5),
    st.floats(-1e4, 1e4),
    st.floats(0.01, 1e5),
    st.integers(1, 200),
    st.integers(1, 60),
)


@law
@given(views)
def test_each_tick_is_in_the_cell_of_the_value_that_it_is_labelled_with(view):
    axes = Axes.of(view)
    extent = view.extent
    for tick in axes.across:
        at = (number(tick.text) - extent.left) / extent.width * view.columns
        assert tick.cell - 0.01 <= at <= tick.cell + 1.01
        assert 0 <= tick.cell < view.columns
    for tick in axes.down:
        at = (extent.top - number(tick.text)) / extent.height * view.rows
        assert tick.cell - 0.01 <= at <= tick.cell + 1.01
        assert 0 <= tick.cell < view.rows


@law
@given(views)
def test_ticks_are_all_multiples_of_their_step_in_the_view(view):
    axes, extent = Axes.of(view), view.extent
    for ticks, low, high in (
        (axes.across, extent.left, extent.right),
        (axes.down, extent.bottom, extent.top),
    ):
        values = [number(tick.text) for tick in ticks]
        if len(values) < 3:
            continue
        # Short, as labels of large values have been rounded.
        step = float(f"{np.median(np.diff(values)):.3g}")
        oracle = MultipleLocator(step).tick_values(low, high)
        # A value on the very edge may fall on either side of it.
        slack = 1e-6 * (high - low)
        sure = oracle[(oracle > low + slack) & (oracle < high - slack)]
        assert len(sure) <= len(values) <= len(sure) + 2
        assert all(np.abs(np.array(values) - value).min() < 1e-2 * step for value in sure)


@law
@given(views, st.integers(NARROWEST, WIDEST))
def test_lines_fill_their_room_and_labels_never_touch(view, width):
    axes = Axes.of(view, width)
    assert width <= axes.width <= WIDEST
    rows = drawn(axes)
    assert [len(row) for row in rows] == [axes.width + view.columns] * (view.rows + BELOW)
    line, texts = rows[-2:]
    assert line[: axes.width] == " " * (axes.width - 1) + "└"
    places = [column for column, mark in enumerate(line) if mark == "┬"]
    assert places == [axes.width + tick.cell for tick in axes.across]
    # Two blanks or more between labels: split there, each is whole, in order, and under its tick.
    labels = [part.strip() for part in texts.split("  ") if part.strip()]
    assert labels == [tick.text for tick in axes.across]
    start = 0
    for label, place in zip(labels, places, strict=True):
        start = texts.index(label, start)
        assert start <= place <= start + len(label) or start == 0
        start += len(label)


@law
@given(views)
def test_labels_of_an_axis_have_equal_decimals(view):
    axes = Axes.of(view)
    for ticks in (axes.across, axes.down):
        decimals = {len(tick.text.partition(".")[2]) for tick in ticks}
        assert len(decimals) <= 1


def test_labels_too_long_to_stand_side_by_side_are_fewer():
    # Three labels of ten cells would touch in 30 columns.
    view = Viewport.fit(Extent(1e5, 1e5 + 0.04, 0, 1), 30, 10, cell_aspect=None)
    axes = Axes.of(view)
    assert len(axes.across) == 2
    assert all(len(tick.text) > 9 for tick in axes.across)
    # On one column there is room for none, or for one.
    assert len(Axes.of(Viewport.fit(Extent(0, 1, 0, 1), 1, 1)).across) <= 1


def test_a_label_at_the_right_edge_is_whole_and_under_its_tick():
    view = Viewport(left=0.5, top=1, x_scale=2, y_scale=4, columns=100, rows=2)
    line, texts = drawn(Axes.of(view))[-2:]
    assert line.rindex("┬") == len(line) - 1
    assert texts.endswith("  100")


def test_the_axes_grow_with_their_labels_and_do_not_shrink_again():
    wide = Viewport(left=0, top=1_000_000, x_scale=2, y_scale=4e-5, columns=40, rows=20)
    axes = Axes.of(wide)
    assert axes.width == len("1,000,000") + 2
    narrow = Viewport(left=0, top=10, x_scale=2, y_scale=4, columns=40, rows=20)
    assert Axes.of(narrow).width == NARROWEST
    assert Axes.of(narrow, axes.width).width == axes.width


def test_of_a_label_too_long_for_any_axis_the_end_is_shown_and_that_it_is_cut():
    view = Viewport(left=0, top=123_456_789_012_345.0, x_scale=2, y_scale=400, columns=40, rows=20)
    axes = Axes.of(view)
    assert axes.width == WIDEST
    texts = [axes.left(tick.cell).text for tick in axes.down]
    assert len(set(texts)) == len(texts) > 1
    for text, tick in zip(texts, axes.down, strict=True):
        shown = text.removesuffix(" ┤")
        assert shown.lstrip() == tick.text or (
            shown.startswith("…") and tick.text.endswith(shown[1:])
        )


@law
@given(views)
def test_ticks_of_both_axes_go_one_way(view):
    axes = Axes.of(view)
    assert all(a.cell < b.cell for a, b in pairwise(axes.across))
    assert all(a.cell >= b.cell for a, b in pairwise(axes.down))
