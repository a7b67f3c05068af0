"""The layout of a table of text: delimiter, quotes, comments, header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vizterm_core.files.text.cells import is_missing, is_number, is_typed
from vizterm_core.files.text.content import LONGEST_LINE, TextContent, too_long

_DELIMITERS = ("\t", ";", ",", "|")
"""In the order tried: a comma may be a decimal one where another separates fields."""
_NO_DELIMITER = "\x1f"
_SAMPLE_LINES = 200
_SAMPLE_CELLS = 20_000
"""Cells of the first rows that decide about the layout."""
_CONSISTENT = 0.9
"""The share of rows that have the same number of fields if the delimiter is right."""
_HALF = 0.5
"""That share where the first row is as wide as most, and there are numbers."""
_ONE_VECTOR = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
"""A line that is a vector."""
_NUMBERED = re.compile(r"\d+")
_COUNTS = 2
"""Numbers in the first line of word2vec's text files: how many vectors, and of what length."""

_MANY_COUNTED = 8
"""Names that count up, above whole numbers: so many are no row by chance."""

Fields = list[str] | list[list[str]]
"""Fields of rows one after the other, or row by row."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows are made of lines."""

    delimiter: str | None
    """None: any run of blanks; "" where there is one column."""
    width: int
    """Columns."""
    header: tuple[str, ...] | None = None
    """The first row, if it names the columns."""
    skip: int = 0
    """Lines before the first row that isn't the header: comments, blank lines, the header."""
    quotes: bool = True
    """Whether quotes hold a field together; else they are part of the text."""

    def blocks(self, content: TextContent) -> Iterator[Fields]:
        """Return what follows the header, block by block.

        A block is a flat list of fields, `width` a row, where its lines are plain; otherwise a list
        of rows as they are, also those of another width.

        Raises
        ------
        DataError
            If a line, or a row of several lines, is too long.
        """
        skip = self.skip
        for chunk in _whole_rows(content, quotes=self.quotes):
            lines = chunk[skip:] if skip else chunk
            skip = max(0, skip - len(chunk))
            flat = self._fields(lines)
            if flat is not None:
                yield flat
            elif rows := split_rows(lines, self.delimiter, quotes=self.quotes):
                yield rows

    def _fields(self, lines: list[str]) -> list[str] | None:
        """Return all fields of lines that are nothing but fields between delimiters, else None."""
        delimiter = self.delimiter
        if (
            not lines
            or not delimiter
            or {line.count(delimiter) for line in lines} != {self.width - 1}
        ):
            return None
        text = "".join(lines).replace("\r\n", "\n")
        odd = "\r" in text or delimiter + " " in text or text[-1:] != "\n"
        if odd or (self.quotes and '"' in text):
            return None
        return text[:-1].replace("\n", delimiter).split(delimiter)


def _whole_rows(content: TextContent, *, quotes: bool) -> Iterator[list[str]]:
    """Return chunks of lines that don't end inside quotes."""
    chunks = content.chunks()
    number = 1
    held: list[str] = []
    size = marks = 0
    for lines in chunks:
        held += lines
        chunk = "".join(lines)
        size += len(chunk)
        marks += chunk.count('"') if quotes else 0
        if marks % 2:
            if size > 2 * LONGEST_LINE:
                raise too_long(content.name, number)
            continue
        yield held
        number += len(held)
        held, size, marks = [], 0, 0
    if held:
        yield held


def split_rows(lines: Sequence[str], delimiter: str | None, *, quotes: bool) -> list[list[str]]:
    """Return the fields of lines; blank lines aren't rows."""
    if delimiter is None:
        return [fields for line in lines if (fields := line.split())]
    if not delimiter and not (quotes and any('"' in line for line in lines)):
        return [[row] for line in lines if (row := line.strip("\r\n")) and not row.isspace()]
    if csv.field_size_limit() < LONGEST_LINE:
        csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(
        lines,
        delimiter=delimiter or _NO_DELIMITER,
        quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
        skipinitialspace=delimiter != "\t",
    )
    return [row for row in reader if row and (len(row) > 1 or not row[0].isspace())]


def find_layout(
    content: TextContent, *, tabs: bool = False, header: bool | None = None, quotes: bool = True
) -> Layout:
    """Return how a text is laid out, from its first lines.

    Parameters
    ----------
    content : TextContent
    tabs : bool
        Whether the delimiter is a tab.
    header : bool, optional
        Whether the first row names the columns, where that is known.
    quotes : bool
        Whether quotes may hold fields together; if they don't pair up, they don't.
    """
    quotes = quotes and content.data.count(b'"') % 2 == 0
    chunk = next(content.chunks())
    comments, blank = _leading(chunk)
    lines = [line for line in chunk[blank : blank + _SAMPLE_LINES] if not line.startswith("#")]
    delimiter = "\t" if tabs else _find_delimiter(lines, quotes=quotes)
    rows = split_rows(lines, delimiter, quotes=quotes)
    if len(chunk) > _SAMPLE_LINES and len(rows) > 1:
        rows.pop()
    width = _usual_width(rows)
    layout = Layout(delimiter, width, skip=blank, quotes=quotes)
    if not rows:
        return layout
    if _is_word2vec(rows, width):
        return replace(layout, skip=blank + _lines_of_row(chunk[blank:]))
    if delimiter and header is None and _hidden_header(comments, rows, layout):
        names = split_rows([comments[-1].lstrip("# ")], delimiter, quotes=quotes)[0]
        return replace(layout, header=tuple(names))
    if delimiter is None and header is None and comments:
        names = comments[-1].lstrip("# ").split()
        if len(names) == width and all(map(is_typed, rows[0])) and not any(map(is_typed, names)):
            return replace(layout, header=tuple(names))
    some = rows[: 1 + max(2, _SAMPLE_CELLS // width)]
    if header is False or (header is None and not has_header(some)):
        return layout
    names = rows[0]
    if len(names) == width - 1:
        # R writes no name for the names of rows.
        names = ["", *names]
    skip = blank + _lines_of_row(chunk[blank:], delimiter, quotes=quotes)
    return replace(layout, header=tuple(names), skip=skip, width=max(width, len(names)))


def _leading(lines: Sequence[str]) -> tuple[list[str], int]:
    """Return the comments before the first row, and how many lines come before it."""
    comments = []
    for place, line in enumerate(lines):
        if line.startswith("#"):
            comments.append(line)
        elif not line.isspace():
            return comments, place
    # Nothing else: colours, or names, that begin like comments.
    return [], 0


def _lines_of_row(
    lines: Sequence[str], delimiter: str | None = None, *, quotes: bool = False
) -> int:
    """Return how many lines the first row takes; several where a quoted name has line breaks."""
    count = 1
    while (
        delimiter
        and quotes
        and count < len(lines)
        and sum(line.count('"') for line in lines[:count]) % 2
    ):
        count += 1
    return count


def _find_delimiter(lines: Sequence[str], *, quotes: bool) -> str | None:
    """Return the delimiter that cuts most rows into the same number of fields, of one meaning."""
    below = [line.strip() for line in lines[1:] if not line.isspace()]
    if below and all(map(_ONE_VECTOR.fullmatch, below)):
        return ""
    best, found = 0.0, ""
    for delimiter in _DELIMITERS:
        if not any(delimiter in line for line in lines[:_SAMPLE_LINES]):
            continue
        rows = split_rows(lines, delimiter, quotes=quotes)
        width = _usual_width(rows)
        regular = sum(len(row) == width for row in rows) / max(1, len(rows))
        typed = _typed_share([row for row in rows if len(row) == width])
        enough = _CONSISTENT if not typed or len(rows[0]) != width else _HALF
        if width < 2 or (regular < enough and len(rows) > 2):
            continue
        score = regular * (1 + typed)
        if not width - 1 <= len(rows[0]) <= width or (len(rows[0]) == 1 and width > 1):
            # A header is cut by the right delimiter too; R's is one short.
            score *= _HALF
            if width == len(rows[0]) + 1:
                continue
        if score > best + 1e-9:
            best, found = score, delimiter
    if not found and quotes and _quoted_between_blanks(lines):
        return " "
    return found if found or not _split_by_blanks(lines) else None


def _typed_share(rows: Sequence[Sequence[str]]) -> float:
    """Return the share of cells below the first row that aren't text."""
    some = rows[1 : 2 + 400 // max(1, len(rows[0]))] or rows
    cells = [cell for row in some for cell in row[:400]]
    return sum(map(is_typed, cells)) / max(1, len(cells))


def _split_by_blanks(lines: Sequence[str]) -> bool:
    """Whether lines are numbers between blanks, and perhaps one name."""
    rows = [fields[:400] for line in lines[:20] if (fields := line.split())]
    rows = rows[1:] or rows
    return bool(rows) and all(
        len(row) > 1 and sum(map(is_number, row)) >= max(2, len(row) - 1) for row in rows
    )


def _quoted_between_blanks(lines: Sequence[str]) -> bool:
    """Whether lines are quoted text and numbers between blanks, as R's `write.table` has them."""
    rows = split_rows(lines[:20], " ", quotes=True)
    if len(rows) < 2 or not all('"' in line for line in lines[:1]):
        return False
    widths = {len(row) for row in rows[1:]}
    header = {len(rows[0]), len(rows[0]) + 1}
    return len(widths) == 1 and widths <= header and widths != {1} and _typed_share(rows) > 0


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many fields nearly all rows have, else the first one; that may be a header."""
    widths = Counter(map(len, rows[1:] or rows))
    width = max(widths, key=lambda width: (widths[width], width), default=1)
    if widths[width] < _CONSISTENT * widths.total() and widths[len(rows[0])]:
        return len(rows[0])
    return width


def _is_word2vec(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the first row says how many vectors follow, and of what length."""
    first = rows[0]
    return (
        len(first) == _COUNTS
        and width > _COUNTS + 1
        and all(map(_NUMBERED.fullmatch, first))
        and int(first[1][:9]) == width - 1
    )


def _hidden_header(comments: Sequence[str], rows: Sequence[Sequence[str]], layout: Layout) -> bool:
    """Whether the last comment names the columns, as `numpy.savetxt(header=...)` writes it."""
    if not comments or not layout.delimiter or layout.width < 2:
        return False
    names = split_rows([comments[-1].lstrip("# ")], layout.delimiter, quotes=layout.quotes)
    return (
        bool(names)
        and len(names[0]) == layout.width
        and not any(map(is_typed, names[0]))
        and any(map(is_typed, rows[0]))
    )


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns.

    It does if it has text where the rows below have numbers, dates, or vectors; if it counts from
    0, as pandas does; or, where all is text, if its fields are no values of the rows below.
    """
    first, body = rows[0], rows[1:]
    if not body:
        return len(first) > 1 and not any(map(is_typed, first))
    below = [_column(body, place) for place in range(len(body[0]))]
    typed = [sum(map(is_typed, cells)) * 2 > len(cells) > 0 for cells in below]
    # R's header is one short.
    shift = 1 if len(first) == len(below) - 1 else 0
    pairs = list(zip(first, typed[shift:], below[shift:], strict=False))
    if any(column and not is_typed(name) and not is_missing(name) for name, column, _ in pairs):
        return True
    if _counts_up(first, below) or (first[0] == "" and len(first) > 1 and _numbers_rows(below[0])):
        return True
    if any(is_typed(name) for name, _, _ in pairs) or any(typed):
        return False
    return _names_text(first, below)


def _column(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    cells = [row[place] for row in rows if place < len(row)]
    return [cell for cell in cells if not is_missing(cell)]


def _numbers_rows(cells: Sequence[str]) -> bool:
    """Whether cells are 0, 1, 2 … or others that go up, as pandas numbers rows."""
    if not all(map(_NUMBERED.fullmatch, cells)) or len(cells) < 2:
        return False
    numbers = [int(cell[:18]) for cell in cells]
    return all(low < high for low, high in pairwise(numbers))


def _counts_up(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is 0, 1, 2 …, perhaps after an empty field, and the others aren't."""
    names = list(first[1:]) if first[0] == "" else list(first)
    if names != [str(place) for place in range(len(names))]:
        return _counts_among_names(first, below)
    cells = [cell for column in below[-len(names) :] for cell in column]
    whole = bool(cells) and all(map(_NUMBERED.fullmatch, cells))
    return first[0] == "" or len(names) > 2 or not whole


def _counts_among_names(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a first row counts up beside names: a matrix to which columns were added, or years.

    >>> _counts_among_names(["0", "1", "2", "label"], [["0.5"], ["0.1"], ["0.2"], ["cat"]])
    True
    """
    counted = [place for place, name in enumerate(first) if _NUMBERED.fullmatch(name)]
    others = [(place, name) for place, name in enumerate(first) if place not in set(counted)]
    names = [name for _, name in others]
    if len(counted) <= _COUNTS or len(set(names)) < len(names) or not any(names):
        return False
    numbers = [int(first[place][:9]) for place in counted]
    if any(high != low + 1 for low, high in pairwise(numbers)):
        return False
    if any(is_typed(name) for name in names if name):
        return False
    if any(name in below[place] for place, name in others if place < len(below)):
        return False
    cells = [cell for place in counted if place < len(below) for cell in below[place]]
    whole = not cells or all(map(_NUMBERED.fullmatch, cells))
    return not whole or len(counted) >= _MANY_COUNTED


def _names_text(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row of text above columns of text names them."""
    if len(first) == 1:
        return names_a_column(first[0], below[0])
    given = [name for name in first if name.strip()]
    if len(set(given)) < len(given) or any(
        name in set(cells) for name, cells in zip(first, below, strict=False)
    ):
        return False
    endings = [name.rpartition(".")[2] for name in first if "." in name]
    return not any(
        cell.endswith("." + ending) for ending in endings for cells in below for cell in cells[:3]
    )


def names_a_column(name: str, cells: Sequence[str]) -> bool:
    """Whether a text above a column of text is its name.

    It is no value of the column, and it is a usual name, or all values come several times.
    """
    if name in cells:
        return False
    repeating = min(Counter(cells).values(), default=0) > 1
    return repeating or name.strip().casefold() in _ONE_COLUMN_NAMES


_ONE_COLUMN_NAMES = frozenset(
    {
        "label", "labels", "class", "classes", "category", "name", "names", "target", "targets",
        "y", "cluster", "clusters", "id", "ids", "path", "paths", "file", "files", "filename",
        "filenames", "image", "images", "image_path", "text", "title", "species", "word", "words",
        "caption", "token", "key",
    }
)  # fmt: skip
"""Names of a column of text that stands alone: any other text above it is a value."""
