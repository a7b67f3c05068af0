"""What a person wants to see of the columns: a colour, a meaning.  Kept when a file is reloaded."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from vizterm_core.errors import UsageError
from vizterm_core.scatter.aligned import Alignment
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.meaning import Meaning
from vizterm_core.scatter.trust import TRUST
from vizterm_core.text import clean

NOTHING = "none"
"""Colours nothing, where no column has that name."""
_MOST_LISTED = 20


@dataclass
class Wanted:
    """What is to be shown; keys change it, and loading a file again reads it."""

    colour_by: str | None = None
    """A column's name, `NOTHING`, or None for what the data say themselves."""
    meaning: Meaning | None = None
    """Category or quantity; None for what the values are."""
    where: str = ""
    """The condition that points have to meet; empty for all points."""
    epoch: int | None = None
    """The number of the epoch that is shown, from 1; None for the last there is."""
    epoch_name: str = ""
    """What it is called, where it has a name: its number changes where others are removed."""
    turned: bool | None = None
    """Whether maps of several times are turned onto the one before; None for those that need it."""
    alignment: Alignment | None = None
    """What they were turned by: those that are added follow them."""


def column_called(name: str, columns: Mapping[str, Column], option: str) -> str:
    """Return the name of the column that a person means by a name, or by the end of a path.

    Raises
    ------
    UsageError
        If there is none, or several; it lists the columns, the most alike first.
    """
    if name in columns:
        return name
    ends = [each for each in columns if each.endswith("/" + name)]
    if len(ends) == 1:
        return ends[0]
    said = f"{option} {clean(name)}"
    if name == TRUST:
        raise UsageError(
            f"{said}: the data have no vectors that the map could be compared with",
            "--vectors KEY names them",
        )
    if ends:
        raise UsageError(f"{said}: several columns end so: {_listed(ends)}")
    if not columns:
        raise UsageError(f"{said}: the data have no columns to choose from")
    near = difflib.get_close_matches(name, columns, n=_MOST_LISTED, cutoff=0.6)
    others = [each for each in columns if each not in near]
    raise UsageError(f"{said}: no such column", f"there are {_listed([*near, *others])}")


def _listed(names: list[str]) -> str:
    shown = ", ".join(clean(each) for each in names[:_MOST_LISTED])
    return shown + (f" and {len(names) - _MOST_LISTED:,} more" * (len(names) > _MOST_LISTED))
