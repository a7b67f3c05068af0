"""The widget that shows a point as large as the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget
from typing_extensions import override

from vizterm.cells.text import cut_name
from vizterm.cells.theme import Theme
from vizterm.embed.large import text
from vizterm.embed.large.layout import LargeLayout, laid_out
from vizterm.embed.large.parts import Parts
from vizterm.embed.picture_size import picture_box
from vizterm.embed.point_facts import PointFacts
from vizterm.graphics.layer import PictureLayer
from vizterm.widgets.picture import PictureView
from vizterm.widgets.text_block import TextBlock
from vizterm_core.pictures.image import picture_size

_MOST = 3
"""Pictures of a point: image, heatmap and overlay."""
_AROUND = 2
"""Lines of the screen that it leaves free: the heading, and the keys."""
_MOST_BELOW = 3
"""Share of the screen's lines that facts below a picture take at most: one in this many."""


@dataclass(frozen=True, slots=True, eq=False)
class LargePoint:
    """What is shown of a point."""

    parts: Parts
    facts: PointFacts
    said: str = ""
    """What is to be said of its picture; may be empty."""
    labelled: bool = True
    """Whether points have labels."""
    pictured: bool = True
    """Whether points have pictures at all."""


class LargePicture(Container):
    """The pictures of a point as large as the screen, with its facts beside or below them.

    It lies over a screen with a heading and a status line, hidden until `display` is set.

    Parameters
    ----------
    theme : Theme
    """

    @dataclass
    class Wheeled(Message):
        """The wheel was turned: down is one step on."""

        step: int

    def __init__(self, theme: Theme, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._theme = theme
        self._views = [
            PictureView(colours=theme.colours, theme=theme, detailed=True) for _ in range(_MOST)
        ]
        self._titles = [TextBlock(classes="title", base=theme.panel) for _ in range(_MOST)]
        self.caption = TextBlock(classes="facts", base=theme.panel)
        """The facts."""
        self._point: LargePoint | None = None
        self._places: dict[Widget, Region] = {}

    @override
    def compose(self) -> ComposeResult:
        yield from self._views
        yield from self._titles
        yield self.caption

    @property
    def picture(self) -> PictureView:
        """The first picture."""
        return self._views[0]

    @property
    def pictures(self) -> Sequence[PictureView]:
        """The places of image, heatmap and overlay; where there is only one of them, the first."""
        return self._views

    def use(self, cell_aspect: float, *, smooth: bool) -> None:
        """Draw in cells of a shape, and enlarge pictures smoothly or by whole pixels."""
        for view in self._views:
            view.cell_aspect = cell_aspect
            view.enlarge(smooth=smooth)

    def show(self, point: LargePoint) -> None:
        """Show a point."""
        self._point = point
        layout = self._layout(point)
        pictures = point.parts.pictures
        # A message has the place of a picture.
        for number, view in enumerate(self._views):
            shown = number < len(layout.pictures)
            self._place(view, layout.pictures[number] if shown else None)
            if number < len(pictures):
                view.show(pictures[number][1])
            else:
                view.show(None, point.parts.message if number == 0 else "")
        for number, title in enumerate(self._titles):
            shown = number < len(layout.titles)
            self._place(title, layout.titles[number] if shown else None)
            if shown:
                title.show([self._title(pictures[number][0], layout.titles[number].width)])
        self._place(self.caption, layout.facts)
        self.caption.show(self._text(point, layout))

    def encode_ahead(self, points: Sequence[LargePoint]) -> None:
        """Encode the pictures of points that are likely to be shown next."""
        layer = getattr(self.app, "pictures", None)
        if not isinstance(layer, PictureLayer) or not layer.active:
            return
        layer.encode_ahead(
            [
                view.job_for(picture, place.size, layer.cell)
                for point in points
                for view, place, (_, picture) in zip(
                    self._views, self._layout(point).pictures, point.parts.pictures, strict=False
                )
            ]
        )

    # places

    def _layout(self, point: LargePoint) -> LargeLayout:
        columns, rows = self._room
        pictures = point.parts.pictures
        below = len(self._below(point))
        if not pictures:
            # A message, where a picture would stand.
            count = int(point.pictured)
            return laid_out(count, columns, rows, 2.0, lambda c, r: (min(c, 2 * r), r), below)
        shape = pictures[0][1].shape
        aspect = self.picture.cell_aspect
        in_cells = getattr(self.app, "pictures", None) is None
        whole = in_cells and not self.picture.smooth
        height, width = picture_size(shape)
        fit = partial(_fitted, shape, aspect, whole=whole)
        proportion = width / height * aspect
        return laid_out(len(pictures), columns, rows, proportion, fit, below)

    @property
    def _room(self) -> tuple[int, int]:
        size = self.app.size
        return max(1, size.width), max(1, size.height - _AROUND)

    def _place(self, widget: Widget, region: Region | None) -> None:
        """Put a widget somewhere, or nowhere."""
        widget.display = region is not None
        if region is not None and self._places.get(widget) != region:
            self._places[widget] = region
            widget.styles.offset = region.offset
            widget.styles.width, widget.styles.height = region.width, region.height

    def on_resize(self) -> None:
        if self._point is not None:
            self.show(self._point)

    # text

    def _text(self, point: LargePoint, layout: LargeLayout) -> text.Lines:
        if not layout.beside:
            return self._below(point)
        width, height = layout.facts.size
        return text.beside(
            point.facts, point.said, width, height, self._theme, labelled=point.labelled
        )

    def _below(self, point: LargePoint) -> text.Lines:
        columns, rows = self._room
        most = rows // _MOST_BELOW
        lines = text.below(
            point.facts, point.said, columns, most, self._theme, labelled=point.labelled
        )
        return lines[: max(1, most)]

    def _title(self, title: str, width: int) -> list[Segment]:
        told = cut_name(title, width)
        return [Segment(" " * ((width - cell_len(told)) // 2)), Segment(told, self._theme.dim)]

    # the wheel

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Wheeled(1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Wheeled(-1))


def _fitted(
    shape: Sequence[int], aspect: float, columns: int, rows: int, *, whole: bool
) -> tuple[int, int]:
    return picture_box(shape, columns, rows, aspect, whole=whole)
