"""Requests for an overlay, from the command line or from Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vizterm.files import check_output
from vizterm.overlay.options import OverlayOptions
from vizterm.shell.session import Display
from vizterm_core.errors import UsageError
from vizterm_core.load.overlay.source import (
    FeatureOptions,
    ImageOptions,
    OverlaySource,
    load_overlay,
)

FORMATS = (".png", ".npy")
"""Formats that an overlay is written in."""


@dataclass(frozen=True, slots=True)
class OverlayFiles:
    """Files of an image and its feature, and how they are read."""

    image: str
    features: tuple[str, ...] = ()
    """None if one .npz file holds both; several are several maps."""
    image_key: str | None = None
    """Array of the image in an .npz file."""
    feature_key: str | None = None
    """Array of the feature in an .npz file, or several with commas between."""
    title: str | None = None
    """Shown above the panels; the files' names otherwise."""
    max_bytes: int | None = None
    """The most bytes that compressed arrays may unpack to."""
    image_options: ImageOptions = field(default_factory=ImageOptions)
    feature_options: FeatureOptions = field(default_factory=FeatureOptions)

    def read(self) -> OverlaySource:
        """Read the files."""
        return load_overlay(
            self.image,
            self.features,
            image_key=self.image_key,
            feature_key=self.feature_key,
            options=self.image_options,
            feature_options=self.feature_options,
            title=self.title,
            max_bytes=self.max_bytes,
        )


@dataclass(frozen=True, slots=True)
class OverlayRequest:
    """An overlay to show, print or write, and how.

    Raises
    ------
    UsageError
        If the output can't be written, or panels are asked for without one.
    """

    data: OverlayFiles | OverlaySource
    options: OverlayOptions = field(default_factory=OverlayOptions)
    output: Path | None = None
    """A file to write instead of showing anything."""
    panels: bool = False
    """Whether all three panels are written."""
    display: Display = field(default_factory=Display)
    quiet: bool = False
    """Whether nothing is said on standard error of what was assumed: for known data."""

    def __post_init__(self) -> None:
        if self.output is not None:
            check_output(self.output, FORMATS)
        elif self.panels:
            raise UsageError(
                "--panels is for --output", "the screen and a printed frame show all panels anyway"
            )
