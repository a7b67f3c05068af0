"""Make `clicks.csv` and `page.png`: where visitors of a made-up web shop looked and clicked.

    python demo_data/make_clicks.py            (needs numpy and Pillow; takes about a second)

    clicks.csv   x,y,weight: 30,000 events in whole pixels of a 1280 x 800 page; a click weighs 5, a
                 rest of the mouse 1 to 4
    page.png     the page itself, 1280 x 800, grey bars for text: a background for the heat

Both come from one layout, so that the heat lies on the things it is about.  The random numbers are
seeded: running this again writes the same bytes.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1280, 800
SEED = 4
SCALE = 3
"""The page is drawn this much larger and then reduced, for smooth corners."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

MENU: list[Box] = [(440 + 104 * place, 26, 516 + 104 * place, 38) for place in range(5)]
LOGIN: Box = (1112, 16, 1216, 48)
SEARCH: Box = (320, 112, 960, 160)
SEARCH_BUTTON: Box = (856, 118, 954, 154)
FILTERS: list[Box] = [(64, 252 + 36 * row, 80, 268 + 36 * row) for row in range(9)]
CARDS: list[Box] = [
    (272 + 236 * column, 208 + 260 * row, 488 + 236 * column, 448 + 260 * row)
    for row in range(2)
    for column in range(3)
]
ARTICLE: Box = (992, 208, 1216, 560)
BUY: Box = (992, 584, 1216, 632)
FOOTER: Box = (0, 744, WIDTH, HEIGHT)

PAPER, PANEL, LINE = "#f6f7f9", "#ffffff", "#dfe3e8"
TEXT, FAINT, INK = "#b4bcc6", "#d3d9e0", "#7b8694"
BAR, ACCENT, CALL = "#26323f", "#4a7fb5", "#3f9168"
PHOTOS = ("#c9d8e6", "#d9e4d4", "#ecdcc8", "#dcd3e6", "#e8d2d2", "#cfe2e0")


def main() -> None:
    """Write both files beside this script."""
    x, y, weight = events(np.random.default_rng(SEED))
    lines = [f"{a},{b},{n}\n" for a, b, n in zip(x, y, weight, strict=True)]
    (HERE / "clicks.csv").write_text("x,y,weight\n" + "".join(lines), encoding="ascii")
    page().save(HERE / "page.png", optimize=True)


def events(rng: np.random.Generator) -> tuple[npt.NDArray[np.int64], ...]:
    """x, y and weight of all events, in the order they happened."""
    parts = [
        around(rng, SEARCH, 3600, 5, spread=(0.1, 0.18), centre=(0.26, 0.5)),
        around(rng, SEARCH_BUTTON, 1300, 5, spread=(0.2, 0.22)),
        around(rng, LOGIN, 700, 5, spread=(0.2, 0.24)),
        around(rng, BUY, 2600, 5, spread=(0.2, 0.25)),
        *reading(rng, ARTICLE, 7200),
    ]
    for item, count in zip(MENU, (900, 620, 320, 240, 420), strict=True):
        parts.append(around(rng, item, count, 5, spread=(0.24, 0.5)))
    for place, box in enumerate(FILTERS):
        parts.append(around(rng, box, 420 // (place + 1) + 60, 5, spread=(0.5, 0.3)))
    for card, count in zip(CARDS, (3200, 1500, 800, 1500, 700, 320), strict=True):
        photo = (*card[:3], card[1] + 150)
        parts.append(around(rng, photo, count, 5, spread=(0.15, 0.2)))
    known = sum(part.shape[1] for part in parts)
    parts.append(wandering(rng, 30_000 - known))
    everything = np.concatenate(parts, axis=1)
    everything = everything[:, rng.permutation(everything.shape[1])]
    # At the edge of the page a mouse stops.
    everything[:2] = everything[:2].clip(0, [[WIDTH - 1], [HEIGHT - 1]])
    x, y, weight = np.floor(everything).astype(np.int64)
    return x, y, weight


def around(
    rng: np.random.Generator,
    box: Box,
    count: int,
    weight: int,
    spread: tuple[float, float],
    centre: tuple[float, float] = (0.5, 0.5),
) -> npt.NDArray[np.float64]:
    """(3, count) events about a point of a box; spread and centre are parts of its sides."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    x = rng.normal(left + centre[0] * width, spread[0] * width, count)
    y = rng.normal(top + centre[1] * height, spread[1] * height, count)
    return np.array([x, y, np.full(count, float(weight))])


def reading(rng: np.random.Generator, box: Box, count: int) -> list[npt.NDArray[np.float64]]:
    """The F that eyes draw on text: two bars across, the lower one shorter, and a stem."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    strokes = [(0.34, 0.07, 0.95), (0.24, 0.34, 0.66)]
    parts = []
    for share, down, reach in strokes:
        number = int(count * share)
        x = left + width * reach * rng.beta(1.0, 1.5, number)
        y = rng.normal(top + down * height, 9, number)
        parts.append(np.array([x, y, rng.integers(1, 5, number)]))
    number = count - sum(part.shape[1] for part in parts)
    x = rng.normal(left + 0.1 * width, 11, number)
    y = top + height * rng.beta(1.0, 1.7, number)
    parts.append(np.array([x, y, rng.integers(1, 5, number)]))
    return parts


def wandering(rng: np.random.Generator, count: int) -> npt.NDArray[np.float64]:
    """(3, count) rests of a mouse anywhere, fewer towards the bottom; some leave the page."""
    x = rng.uniform(-8, WIDTH + 8, count)
    y = (HEIGHT + 8) * rng.beta(1.1, 1.4, count)
    return np.array([x, y, np.ones(count)])


class Page:
    """A canvas in page pixels, drawn `SCALE` times as large."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def box(self, box: Box, fill: str, radius: int = 0, outline: str | None = None) -> None:
        """A filled box with round corners."""
        left, top, right, bottom = (side * SCALE for side in box)
        corners = (left, top, right - 1, bottom - 1)
        self.draw.rounded_rectangle(corners, radius * SCALE, fill, outline, SCALE)

    def bar(self, left: int, top: int, width: int, fill: str = TEXT, height: int = 8) -> None:
        """A bar that stands for a line of text."""
        self.box((left, top, left + width, top + height), fill, height // 2)

    def disc(self, x: int, y: int, radius: int, fill: str) -> None:
        """A filled circle."""
        self.box((x - radius, y - radius, x + radius, y + radius), fill, radius)


def page() -> Image.Image:
    """The page as a picture with a palette."""
    canvas = Page()
    title_bar(canvas)
    search_box(canvas)
    filter_list(canvas)
    for number, card in enumerate(CARDS):
        product(canvas, card, PHOTOS[number])
    article(canvas)
    footer(canvas)
    small = canvas.image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    return small.quantize(64, dither=Image.Dither.NONE)


def title_bar(canvas: Page) -> None:
    """The dark bar with the shop's sign, the menu and the button to log in."""
    canvas.box((0, 0, WIDTH, 64), BAR)
    canvas.disc(80, 32, 14, ACCENT)
    canvas.disc(80, 32, 6, BAR)
    canvas.bar(106, 26, 128, "#e6ebf0", 12)
    for left, top, right, bottom in MENU:
        canvas.bar(left, top, right - left, "#8e9bab", bottom - top)
    canvas.box(LOGIN, ACCENT, 6)
    canvas.bar(LOGIN[0] + 26, LOGIN[1] + 12, 52, "#e6ebf0")


def search_box(canvas: Page) -> None:
    """The search box, its lens and its button."""
    canvas.box((0, 64, WIDTH, 184), "#e9edf2")
    canvas.box(SEARCH, PANEL, 8, LINE)
    canvas.disc(348, 134, 9, INK)
    canvas.disc(348, 134, 6, PANEL)
    x, y = 354 * SCALE, 140 * SCALE
    canvas.draw.line((x, y, x + 7 * SCALE, y + 7 * SCALE), INK, 3 * SCALE)
    canvas.bar(376, 131, 220, FAINT, 10)
    canvas.box(SEARCH_BUTTON, ACCENT, 6)
    canvas.bar(882, 131, 46, "#e6ebf0", 10)


def filter_list(canvas: Page) -> None:
    """The list of filters at the left, two of them ticked."""
    canvas.box((40, 208, 248, 708), PANEL, 8, LINE)
    canvas.bar(64, 226, 96, INK, 10)
    for row, (left, top, right, bottom) in enumerate(FILTERS):
        canvas.box((left, top, right, bottom), ACCENT if row in (0, 3) else PANEL, 4, TEXT)
        canvas.bar(92, top + 4, (104, 84, 118, 72, 96, 110, 64, 90, 78)[row])
    canvas.bar(64, 596, 72, INK, 10)
    canvas.bar(64, 630, 160, FAINT, 6)
    canvas.bar(64, 630, 92, ACCENT, 6)
    canvas.disc(156, 633, 9, ACCENT)
    canvas.bar(64, 658, 40)
    canvas.bar(184, 658, 40)


def product(canvas: Page, card: Box, photo: str) -> None:
    """A card: the photograph, two lines, stars and the price."""
    left, top, right, bottom = card
    canvas.box(card, PANEL, 8, LINE)
    canvas.box((left + 8, top + 8, right - 8, top + 150), photo, 6)
    canvas.disc(right - 52, top + 48, 16, "#f4f6f8")
    horizon = [(left + 8, top + 150), (left + 66, top + 84), (left + 108, top + 124)]
    horizon += [(left + 140, top + 100), (right - 8, top + 150)]
    canvas.draw.polygon([(x * SCALE, y * SCALE) for x, y in horizon], "#f4f6f8")
    canvas.bar(left + 16, top + 168, 148, INK, 9)
    canvas.bar(left + 16, top + 188, 112, FAINT)
    for star in range(5):
        canvas.disc(left + 20 + 14 * star, bottom - 24, 5, "#e2b65c" if star < 4 else FAINT)
    canvas.bar(right - 68, bottom - 30, 52, ACCENT, 12)


def article(canvas: Page) -> None:
    """The text at the right, and the button under it."""
    left, top, right, _ = ARTICLE
    canvas.box((left - 16, top, right + 24, 708), PANEL, 8, LINE)
    canvas.bar(left, top + 20, 184, INK, 12)
    widths = (214, 206, 218, 196, 120, 0, 168, 210, 202, 216, 188, 208, 96, 0, 212, 198, 150)
    for row, width in enumerate(widths):
        if width:
            heading = row and not widths[row - 1]
            canvas.bar(left, top + 50 + 18 * row, width, INK if heading else TEXT)
    canvas.box(BUY, CALL, 8)
    canvas.bar(BUY[0] + 66, BUY[1] + 19, 92, "#eef5f0", 10)
    canvas.bar(left, 656, 190, FAINT)
    canvas.bar(left, 674, 132, FAINT)


def footer(canvas: Page) -> None:
    """The foot of the page."""
    _, top, right, bottom = FOOTER
    canvas.box(FOOTER, "#e3e8ee")
    for place in range(4):
        canvas.bar(64 + 160 * place, top + 20, 88, TEXT)
        canvas.bar(64 + 160 * place, top + 36, 60, FAINT)
    for place in range(3):
        canvas.disc(right - 160 + 44 * place, (top + bottom) // 2, 10, TEXT)


if __name__ == "__main__":
    main()
