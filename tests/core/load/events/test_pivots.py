"""Tables of values with names on both sides, and columns called as in other languages."""

import numpy as np
import pandas as pd
import pytest

from vizterm_core.errors import DataError
from vizterm_core.load.events.options import EventOptions
from vizterm_core.load.heat.source import load_heat

VALUES = np.random.default_rng(7).integers(0, 99, (24, 7)).astype(float)
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@pytest.fixture
def load(tmp_path):
    def write(text, encoding="utf-8", **options):
        path = tmp_path / "a.csv"
        path.write_bytes(text.encode(encoding))
        return load_heat(path, kind=options.pop("kind", None), options=EventOptions(**options))

    return write


def pivot(index, columns, label):
    """A pivot table as pandas writes it."""
    return pd.DataFrame(VALUES, pd.Index(index, name=label), columns).to_csv()


@pytest.mark.parametrize(
    "text",
    [
        pivot(range(24), DAYS, "hour"),
        pivot(np.arange(24) / 2 - 3, DAYS, "lag"),
        pivot([f"h{hour}" for hour in range(24)], DAYS, "hour"),
        pivot([f"h{hour}" for hour in range(24)], DAYS, None),
        pivot(np.sort(VALUES[:, 0] * 7), np.arange(7) + 0.5, "depth"),
        pivot(range(100, 124), range(2010, 2080, 10), None),
        pivot(range(24), range(7), "hour"),
        "# made by hand\n\n" + pivot(range(24), range(3, 10), "hour"),
    ],
)
def test_header_and_index_of_a_pivot_table_are_left_out_and_that_is_said(load, text):
    source = load(text, kind="grid")
    np.testing.assert_array_equal(source.grid, VALUES)
    assert source.notes == ("header and index left out", "read as a grid of 7 × 24")


def test_a_first_column_of_values_stays(load):
    named = pd.DataFrame(VALUES, columns=DAYS).to_csv(index=False)
    source = load(named, kind="grid")
    np.testing.assert_array_equal(source.grid, VALUES)
    assert source.notes[0] == "header left out"
    # All columns rise: none of them is an index.
    rising = np.arange(20.0).reshape(5, 4)
    source = load(pd.DataFrame(rising, columns=list("abcd")).to_csv(index=False), kind="grid")
    np.testing.assert_array_equal(source.grid, rising)
    source = load("\n".join(",".join(map(str, row)) for row in VALUES), kind="grid")
    np.testing.assert_array_equal(source.grid, VALUES)
    assert source.notes == ("read as a grid of 7 × 24",)
    missing = ",2,3\n4,5,6\n1,8,9\n"
    np.testing.assert_array_equal(
        load(missing, kind="grid").grid, [[np.nan, 2, 3], [4, 5, 6], [1, 8, 9]]
    )


def test_the_refusal_of_what_may_be_a_grid_names_the_option(load):
    frame = pd.DataFrame(VALUES[:5, :5], list("abcde"), list("abcde"))
    for text in (pivot(range(24), DAYS, "hour"), frame.to_csv()):
        with pytest.raises(DataError, match="no column 'x'") as caught:
            load(text)
        assert "--kind grid" in caught.value.hint
        with pytest.raises(DataError) as caught:
            load(text, kind="events")
        assert "--kind" not in caught.value.hint
    with pytest.raises(DataError) as caught:
        load("who,what,n\na,b,1\nc,d,2\n")
    assert "--kind" not in caught.value.hint


@pytest.mark.parametrize(
    ("across", "down"),
    [
        ("abscisse", "ordonnée"),
        ("Abscisse", "Ordonnee"),
        ("Länge", "Breite"),
        ("LÄNGE", "BREITE"),
        ("Laenge", "Breite"),
        ("_RAJ2000", "_DEJ2000"),
        ("RAJ2000", "DEJ2000"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_columns_are_known_by_their_names_in_other_languages(load, across, down, encoding):
    source = load(f"t;{down};{across}\n1;48,25;11,5\n2;48,5;12,5\n", encoding)
    assert source.events.x.tolist() == [11.5, 12.5]
    assert source.events.y.tolist() == [48.25, 48.5]
    assert source.names == (across, down)


@pytest.mark.parametrize("mark", ["'", "\N{RIGHT SINGLE QUOTATION MARK}", "\u202f"])
def test_swiss_thousands_are_read_and_said(load, mark):
    rows = [(2_600_000.5, 1_200_000), (2_600_001, 999), (2_600_002, 1_200_003)]
    text = "x;y\n" + "".join(f"{x:,};{y:,}\n" for x, y in rows).replace(",", mark)
    source = load(text)
    assert list(zip(source.events.x.tolist(), source.events.y.tolist(), strict=True)) == rows
    assert "marks between thousands" in source.notes
