"""A terminal of characters and colours alone, quick enough to read every frame of an app.

What is on it was written there by the app's own updates, so that a cell which an update forgot
keeps what it had.  `pyte`, which knows far more sequences, takes ten times as long.
"""

import re
from functools import cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from textual.drivers.headless_driver import HeadlessDriver

CONSOLE = Console(color_system="truecolor", force_terminal=True, no_color=False)
TOKEN = re.compile(r"\x1b\[([?>=<]?)([\d;:]*)([@-~])|(\x1b.)|([^\x1b]+)", re.DOTALL)
UNSEEN = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x07")
"""The clipboard, the bell."""
NEVER_WRITTEN = "\N{REPLACEMENT CHARACTER}"
OFF = {"39": "fg", "49": "bg"}
NARROW = {chr(code) for code in (*range(0x20, 0x7F), *range(0x2800, 0x2900))}
FLAGS = {"1": "bold", "2": "dim", "3": "italic", "4": "underline", "7": "reverse"}


class Cell(NamedTuple):
    """The visible content of a cell; "" right of a wide character."""

    text: str
    fg: str = ""
    bg: str = ""
    flags: frozenset[str] = frozenset()


@cache
def seen(text, style):
    """A cell in a style, without what a blank doesn't show."""
    if text == " " and not style.flags & {"reverse", "underline"}:
        return Cell(" ", "", style.bg)
    return style._replace(text=text)


class Paper:
    """Cells that escape sequences write to.

    Parameters
    ----------
    width, height : int
        In cells; all hold `NEVER_WRITTEN` at first, as after a change of size.
    """

    def __init__(self, width, height):
        self.resize(width, height)

    def resize(self, width, height):
        self.width, self.height = width, height
        self.cells = [[Cell(NEVER_WRITTEN)] * width for _ in range(height)]
        self.x = self.y = 0
        self.style = Cell("")
        self.overran = False
        """Whether something was written beyond the edges, which a terminal would wrap."""

    def write(self, text):
        for private, numbers, final, escape, words in TOKEN.findall(UNSEEN.sub("", text)):
            assert not escape, f"a sequence that no frame needs: {escape!r}"
            if words:
                self._put(words)
            elif not private:
                self._obey(numbers, final)

    def _obey(self, numbers, final):
        given = [int(number) if number else 0 for number in re.split("[;:]", numbers)]
        if final == "H":
            self.y, self.x = (max(1, place) - 1 for place in (*given, 1)[:2])
        elif final == "X":
            self._erase(max(1, given[0]))
        elif final == "C":
            self.x = min(self.x + max(1, given[0]), self.width - 1)
        elif final == "J":
            self.cells = [[Cell(" ")] * self.width for _ in range(self.height)]
        elif final == "m":
            self._colour(numbers.split(";"))
        else:
            raise AssertionError(f"a sequence that no frame needs: {numbers}{final}")

    def _colour(self, codes):
        codes = list(codes)
        while codes:
            code = codes.pop(0)
            if code in ("38", "48"):
                count = 4 if codes[0] == "2" else 2
                colour, codes = ";".join(codes[:count]), codes[count:]
                self._restyle("fg" if code == "38" else "bg", colour)
            elif code in ("", "0"):
                self.style = Cell("")
            elif code in FLAGS:
                self.style = self.style._replace(flags=self.style.flags | {FLAGS[code]})
            elif code in OFF:
                self._restyle(OFF[code], "")
            else:
                self._restyle("fg" if code[0] in "39" else "bg", code)

    def _restyle(self, side, colour):
        self.style = self.style._replace(**{side: colour})

    def _erase(self, count):
        if self.y >= self.height:
            self.overran = True
            return
        for x in range(self.x, min(self.x + count, self.width)):
            self._set(x, Cell(" ", "", self.style.bg))

    def _put(self, words):
        if self.y >= self.height or self.x + cell_len(words) > self.width:
            self.overran = True
            return
        for character in words:
            width = 1 if character in NARROW else cell_len(character)
            if width == 0:
                continue
            self._set(self.x, seen(character, self.style))
            if width == 2:
                self._set(self.x + 1, seen("", self.style))
            self.x += width

    def _set(self, x, cell):
        line = self.cells[self.y]
        # Half of a wide character is none.
        if line[x][0] == "" != cell[0]:
            line[x - 1] = line[x - 1]._replace(text=" ")
        if x + 1 < self.width and line[x + 1][0] == "":
            line[x + 1] = line[x + 1]._replace(text=" ")
        line[x] = cell

    def part(self, region):
        """The cells of a region, row by row."""
        rows = self.cells[region.y : region.bottom]
        return [line[region.x : region.right] for line in rows]

    @property
    def text(self):
        return "\n".join("".join(cell.text for cell in line) for line in self.cells)


@cache
def style_of(style):
    """Return what a terminal shows of a rich style, as a cell without text."""
    paper = Paper(1, 1)
    paper.write(style.render("x", color_system=ColorSystem.TRUECOLOR))
    return paper.cells[0][0]._replace(text="")


def drawn_anew(screen):
    """Return what a terminal would show if all of a screen were drawn at once."""
    paper = Paper(*screen.size)
    for y, strip in enumerate(screen._compositor.render_strips()):
        paper.y, paper.x = y, 0
        paper.write(strip.render(CONSOLE))
    return paper


def assert_as_drawn(paper, screen):
    """Assert that the frames written so far look like the whole screen drawn at once.

    A plain comparison would be explained by a diff of thousands of cells each time that a wait
    finds them unequal: minutes, where pytest shows diffs in full.
    """
    fresh = drawn_anew(screen)
    assert (paper.width, paper.height) == (fresh.width, fresh.height)
    for y, (written, drawn) in enumerate(zip(paper.cells, fresh.cells, strict=True)):
        for x, (cell, wanted) in enumerate(zip(written, drawn, strict=True)):
            if cell != wanted:
                raise AssertionError(f"row {y} column {x}: {cell}, drawn at once {wanted}")


class PaperDriver(HeadlessDriver):
    """Lets an app in `run_test` write its frames to a `Paper`."""

    is_headless = False

    def __init__(self, app, **options):
        super().__init__(app, **options)
        self.paper = Paper(*self._get_terminal_size())

    def write(self, data):
        self.paper.write(data)


def on_paper(app):
    """The same app, its frames on paper: see `PaperDriver`; run it with ``headless=False``."""
    app.driver_class = PaperDriver
    app.console = CONSOLE
    return app
