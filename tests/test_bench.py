"""The benchmarks' report: what can't be measured is said, and the rest goes on."""

import pytest
from tests.bench.report import Row, attempt, run


def busy():
    raise AssertionError("it never came:\n on this machine")


def test_a_measurement_that_fails_is_a_row_and_the_next_ones_go_on(capsys):
    sections = {
        "First": lambda: [Row("dots", "3 ms", 0.5, 1.0)],
        "Second": busy,
        "Third": lambda: [Row("bytes", "9", 2.0, 1.0), *attempt("link", busy)],
    }
    assert not run(sections)
    lines = capsys.readouterr().out.splitlines()
    shown = [line.split()[:2] for line in lines if line.startswith("  ")]
    assert shown == [["ok", "dots"], ["----", "all"], ["MISS", "bytes"], ["----", "link"]]
    assert lines[-1].endswith("not measured: AssertionError it never came: on this machine")


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.1])
def test_a_section_is_kept_when_all_its_rows_are(ratio):
    assert run({"One": lambda: [Row("a", "", 0.1, 1.0), Row("b", "", ratio, 1.0)]}) == (ratio <= 1)
    assert not run({"One": lambda: [Row("a", "", 0.1, 1.0), *attempt("b", busy)]})


def test_keys_without_a_picture_in_time_are_left_out():
    # Takes seconds to import.
    from tests.bench.pictures import Watched, rows_of

    rows = rows_of("as kitty", "kitty", Watched(30.0, 64, [0.01] * 40, [80, 90]))
    assert [row.kept for row in rows] == [True, True, True]
    assert "10.00 ms (40 of 64 keys" in rows[1].measured
    assert rows[2].ratio == 0.9


def test_too_few_pictures_are_no_figure():
    from tests.bench.pictures import KEYS_A_SECOND, Watched, rows_of

    rows = rows_of("as kitty", "kitty", Watched(0.0, 64, [0.01] * 31, []))
    assert [row.ratio for row in rows] == [None] * 3
    assert f"at {KEYS_A_SECOND} keys a second" in rows[0].what
    assert "only 31 of 64 keys" in rows[1].measured


def test_every_section_can_be_imported():
    from tests.bench.__main__ import SECTIONS

    assert len(SECTIONS) > 9 and all(callable(measure) for measure in SECTIONS.values())
