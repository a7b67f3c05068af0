"""Requests for a heatmap, from the command line or from Python."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path

from vizterm.files import check_output
from vizterm.heat.export import FORMATS
from vizterm.heat.group_files import group_paths, has_place
from vizterm.heat.model import HeatOptions
from vizterm.shell.session import Display
from vizterm_core.errors import UsageError
from vizterm_core.load.events.options import NO_OPTIONS, EventOptions
from vizterm_core.load.heat.source import HeatSource, Kind, load_heat
from vizterm_core.maps.placing import Placing
from vizterm_core.pictures.image import Picture


@dataclass(frozen=True, slots=True)
class HeatFile:
    """A file of events or of a grid, and how it is read."""

    path: str
    kind: Kind | None = None
    """Whether a 2-D array is 'events' or a 'grid'; by default its shape decides."""
    key: str | None = None
    """Array of an .npz file."""
    options: EventOptions = NO_OPTIONS
    """Columns of x, y[, weight], groups and times; where points stand in JSON."""
    title: str | None = None
    """Shown above the map; the file's name otherwise."""
    max_bytes: int | None = None
    """The most memory that the file may take."""

    def read(self) -> HeatSource:
        """Read the file."""
        return load_heat(
            self.path,
            kind=self.kind,
            key=self.key,
            options=self.options,
            title=self.title,
            max_bytes=self.max_bytes,
        )


@dataclass(frozen=True, slots=True)
class HeatStream:
    """Events on standard input."""

    options: EventOptions = NO_OPTIONS
    """Columns of x, y[, weight], groups and times."""
    title: str = "standard input"


@dataclass(frozen=True, slots=True)
class HeatRequest:
    """A heatmap to show, print or write, and how.

    Raises
    ------
    UsageError
        If the output can't be written.
    """

    data: HeatFile | HeatStream | HeatSource
    placing: Placing = field(default_factory=Placing)
    """Size and coordinates of the map; else the source's own, the background's, or the events'."""
    options: HeatOptions = field(default_factory=HeatOptions)
    background: Picture | None = None
    output: Path | None = None
    """A file to write instead of showing anything; with `{group}` in its name one for each."""
    display: Display = field(default_factory=Display)
    by: str = ""
    """Name of the groups' column, for the screen."""
    timed: bool = False
    """Whether times were asked for."""
    window: float | None = None
    """Seconds of the window of time at the end of the recording; all of it otherwise."""
    quiet: bool = False
    """Whether nothing is said on standard error of what was assumed: for known data."""
    pixels: bool = False
    """Whether the app draws the map in pixels, where the terminal has them."""

    def __post_init__(self) -> None:
        if self.output is not None:
            self._check_output(self.output)
        if self.window is not None and not self.timed:
            raise UsageError("--window is for events with times", "name their column by --time")
        if self.window is not None and not 0 < self.window < inf:
            raise UsageError(f"--window {self.window:g}: no length of time", "give seconds above 0")
        if self.background is not None:
            height, width = self.background.shape[:2]
            usual = replace(self.placing, usual=(width, height))
            object.__setattr__(self, "placing", usual)

    def _check_output(self, output: Path) -> None:
        if not has_place(output):
            check_output(output, FORMATS)
            return
        if not self.by:
            raise UsageError(f"--output {output}: there are no groups", "name their column by --by")
        (sample,) = group_paths(output, ["group"])
        if not sample.parent.exists() and sample.parent.parent.is_dir():
            # One folder for many files is made when they are written.
            sample = sample.parent.parent / sample.name
        check_output(sample, FORMATS)
