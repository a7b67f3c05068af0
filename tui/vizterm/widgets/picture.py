"""A picture in a rectangle of cells.

Half blocks, or shades without colours, are drawn here; pixels by the picture layer.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len, set_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from vizterm.cells.half_blocks import picture_lines
from vizterm.cells.text import PLAIN
from vizterm.cells.theme import Theme
from vizterm.cells.wrap import wrapped
from vizterm.graphics.encode import Job
from vizterm.graphics.layer import PictureLayer
from vizterm.graphics.placeholders import placeholder_colour, placeholder_lines
from vizterm.terminal.cell_size import CellSize
from vizterm.terminal.link import Link
from vizterm.terminal.textual_private.timers import once
from vizterm.widgets.dirty import dirty_regions
from vizterm_core.pictures.half_blocks import to_cells
from vizterm_core.pictures.image import Picture

Cells = npt.NDArray[np.uint8]


class PictureView(Widget):
    """Shows an (H, W, 3) uint8 array as large as fits, in the middle.

    It is drawn in half blocks, unless the app has a layer that draws pixels over its blanks.
    """

    class Coarse(Message):
        """A picture is drawn in half blocks; posted for the first one."""

    def __init__(
        self,
        *,
        id: str | None = None,
        colours: str = "truecolor",
        detailed: bool = False,
        theme: Theme | None = None,
    ) -> None:
        super().__init__(id=id)
        self._surface = PLAIN if theme is None else theme.panel
        self._corners = None if theme is None else theme.panel_rgb
        self.smooth = False
        """Whether pictures are enlarged smoothly, instead of by whole factors."""
        self.colours = colours
        self._detailed = detailed
        self.cell_aspect = 2.0
        self.array: Picture | None = None
        """The picture that is shown now."""
        self._message = ""
        self._cells: Cells = np.zeros((0, 0, 2, 3), np.uint8)
        self._lines: list[list[Segment]] = []
        self._layer: PictureLayer | None = None
        self._job: Job | None = None
        self._placeholders: tuple[Region, int] | None = None
        self._link: Link | None = None
        self._waiting = False
        self._told = False

    @property
    def surface(self) -> Widget:
        """The widget whose cells pixels are drawn over: this one."""
        return self

    def show(self, array: Picture | None, message: str = "") -> None:
        """Show another picture, or a short message instead."""
        blank_before = self.array is not None
        unchanged = array is not None and array is self.array
        self.array, self._message = array, message
        if unchanged:
            return
        self._job = None
        if array is None:
            self._placeholders = None
        if self._layer is None:
            self._encode_soon()
        elif array is None or not blank_before:
            self.refresh()
        if self._layer is not None:
            self._layer.show(self)

    def enlarge(self, *, smooth: bool) -> None:
        """Enlarge pictures smoothly, or by whole factors."""
        if smooth != self.smooth:
            self.smooth, self._job = smooth, None
            if self._layer is None:
                self._encode()
            elif self.array is not None:
                self._layer.show(self)

    def stand_in(self, region: Region, image_id: int) -> None:
        """Show placeholder text for a picture in a part of the widget."""
        before = self._placeholders
        self._placeholders = region, image_id
        if before != self._placeholders:
            self.refresh()

    def text_over(self, region: Region) -> str:
        """Return nothing: no text lies over a picture."""
        return ""

    def may_be_above(self, other: Widget) -> bool:
        """Whether another widget may cover a part: none may."""
        return False

    def job(self, cell: CellSize, most_bytes: int | None = None) -> Job | None:
        """Return what the layer has to draw; None without a picture or room for one.

        A limit of bytes stays in force until another picture is shown.
        """
        if self.array is None or not self.array.size or not self.size:
            return None
        width, height = self.size
        job = self._job
        limited = job is not None and (job.most_bytes is not None or most_bytes is None)
        if job is None or not limited or job.box != (0, 0, width, height, cell):
            job = self._job = self.job_for(self.array, (width, height), cell, most_bytes)
        return job

    def job_for(
        self, array: Picture, size: tuple[int, int], cell: CellSize, most_bytes: int | None = None
    ) -> Job:
        """Return what the layer would have to draw for a picture in (columns, rows) cells."""
        return Job.make(
            array,
            *size,
            cell,
            detailed=self._detailed,
            most_bytes=most_bytes,
            smooth=self.smooth,
            corners=self._corners,
        )

    def on_mount(self) -> None:
        layer = getattr(self.app, "pictures", None)
        if isinstance(layer, PictureLayer) and layer.active:
            self._layer = layer
            layer.add(self)
        link = getattr(self.app, "link", None)
        self._link = link if isinstance(link, Link) else None

    def on_resize(self) -> None:
        if self._layer is None:
            self._encode()

    @override
    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self.array is None:
            lines = wrapped(self._message, max(1, width - 2))[:height]
            at = y - (height - len(lines)) // 2
            text = lines[at] if 0 <= at < len(lines) else ""
            left = max(0, (width - cell_len(text)) // 2)
            return Strip([Segment(set_cell_size(" " * left + text, width), self._surface)], width)
        if self._layer is not None:
            return self._placeholder_line(y, width)
        rows, columns = self._cells.shape[:2]
        row = y - self._top
        if not 0 <= row < rows:
            return Strip.blank(width, self._surface)
        left = (width - columns) // 2
        strip = Strip([Segment(" " * left, self._surface), *self._lines[row]], left + columns)
        return strip.adjust_cell_length(width, self._surface)

    def _placeholder_line(self, y: int, width: int) -> Strip:
        if self._placeholders is None or y not in (region := self._placeholders[0]).line_range:
            return Strip([Segment(" " * width, self._surface)], width)
        colour = Color.from_rgb(*placeholder_colour(self._placeholders[1]))
        text = placeholder_lines(region.width, region.height)[y - region.y]
        right = max(0, width - region.right)
        segments = [
            Segment(" " * region.x, self._surface),
            Segment(text, self._surface + Style(color=colour)),
            Segment(" " * right, self._surface),
        ]
        return Strip(segments, width)

    @property
    def _top(self) -> int:
        return max(0, (self.size.height - self._cells.shape[0]) // 2)

    def _encode_soon(self) -> None:
        """Draw half blocks; on a slow link when nothing else has to be drawn."""
        delay = self._link.picture_delay if self._link is not None and self._link.gate.slow else 0.0
        if not delay or self.array is None:
            self._encode()
        elif not self._waiting:
            self._waiting = True
            once(self, delay, self._wake)

    def _wake(self) -> None:
        self._waiting = False
        self._encode_soon()

    def _encode(self) -> None:
        width, height = self.size
        before = self._cells
        if self.array is None or not width or not height:
            self._cells, self._lines = np.zeros((0, 0, 2, 3), np.uint8), []
            self.refresh()
            return
        if not self._told:
            # To the app itself: a message made while the screen acts doesn't go past the screen.
            self._told = self.app.post_message(self.Coarse())
        self._cells = to_cells(
            self.array,
            height,
            width,
            self.cell_aspect,
            smooth=self.smooth,
            dithered=self.colours == "256",
        )
        self._lines = picture_lines(self._cells, self.colours)
        if before.shape != self._cells.shape:
            self.refresh()
            return
        changed = (before != self._cells).any(axis=(2, 3))
        left = (width - self._cells.shape[1]) // 2
        regions = dirty_regions(changed, left, self._top)
        if regions:
            self.refresh(*regions)
