"""A colormap and a norm, as keys change them: for heatmaps, overlays and densities."""

from __future__ import annotations

from collections.abc import Sequence

from vizterm_core.checks import as_choice
from vizterm_core.colour.colormaps import COLORMAPS, Colormap, find_colormap
from vizterm_core.colour.norms import COUNT_NORMS


class ColourChoice:
    """A colormap and a norm, and the norms to step through.

    Parameters
    ----------
    colormap : str
        Name of a colormap; ``_r`` at its end reverses it.
    norm : str
        One of `norms`.
    norms : sequence of str

    Raises
    ------
    UsageError
        For an unknown colormap or norm.
    """

    def __init__(
        self,
        colormap: str = COLORMAPS[0],
        norm: str = COUNT_NORMS[0],
        norms: Sequence[str] = COUNT_NORMS,
    ) -> None:
        as_choice(norm, norms, "norm")
        self.colormap: Colormap = find_colormap(colormap)
        self.norm_name = norm
        self._norms = tuple(norms)

    @property
    def norms(self) -> tuple[str, ...]:
        """The norms to choose from."""
        return self._norms

    def use_colormap(self, name: str) -> None:
        """Use a colormap by its name."""
        self.colormap = find_colormap(name)

    def use_norm(self, name: str) -> None:
        """Use one of `norms`."""
        self.norm_name = as_choice(name, self._norms, "norm")

    def next_colormap(self, step: int) -> None:
        """Go to the next (1) or previous (-1) colormap; from a reversed one, to the first."""
        name = self.colormap.name
        at = COLORMAPS.index(name) if name in COLORMAPS else -1
        self.colormap = find_colormap(COLORMAPS[(at + step) % len(COLORMAPS)])

    def next_norm(self, step: int) -> None:
        """Go to the next (1) or previous (-1) norm."""
        at = self._norms.index(self.norm_name)
        self.norm_name = self._norms[(at + step) % len(self._norms)]

    def without_colours(self) -> None:
        """Use shades of grey, brighter for more, for a terminal without colours."""
        self.colormap = find_colormap("gray")

    def take_over(self, older: ColourChoice) -> None:
        """Use the colormap and norm of an older choice."""
        self.colormap, self.norm_name = older.colormap, older.norm_name

    def describe(self) -> str:
        """Colormap and norm, for the status line."""
        return f"{self.colormap.name} · {self.norm_name}"
