"""Choosing arrays of a source: by the key a person gives, by name, or because only one fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import ArraySpec, Source
from vizterm_core.text import clean

_MOST_LISTED = 12
_MOST_SKIPPED = 3


def asked_for(source: Source, option: str, key: str) -> ArraySpec:
    """Return the array of a key that was given by hand.

    Parameters
    ----------
    option : str
        The command line's option, for the message: "--coords".

    Raises
    ------
    UsageError
        If there is no such array.
    """
    found = find_key(source, key)
    if found is None:
        held = listed(source.columns.values()) or "no arrays"
        raise UsageError(f"{option} {clean(key)}: no such array; the file has {held}")
    return source.columns[found]


def find_key(source: Source, key: str) -> str | None:
    """Return the column of a key: of that name, or the only one whose path ends so."""
    if key in source.columns:
        return key
    tails = [name for name in source.columns if name.rpartition("/")[2] == key]
    return tails[0] if len(tails) == 1 else None


def named(source: Source, names: Sequence[str], taken: Iterable[str] = ()) -> list[ArraySpec]:
    """Return the arrays of known names that aren't taken yet, in the order of the names."""
    left = [name for name in names if name in source.columns and name not in taken]
    return [source.columns[name] for name in left]


def only_one(candidates: Sequence[ArraySpec], role: str, hint: str) -> ArraySpec | None:
    """Return the only array that fits a role, None if there is none.

    Raises
    ------
    DataError
        If several do.
    """
    if len(candidates) > 1:
        raise DataError(f"more than one array could be the {role}: {listed(candidates)}", hint)
    return candidates[0] if candidates else None


def check_length(spec: ArraySpec, role: str, count: int, coords: str) -> None:
    """Raise a DataError unless an array has one entry for each of `count` points.

    Parameters
    ----------
    coords : str
        The coordinates in the message.
    """
    length = spec.shape[0] if spec.shape else 0
    if length != count:
        raise DataError(
            f"{role} {spec.describe()} don't match coordinates {coords}",
            f"they need one entry a point; name other arrays with --{role} KEY|none, --coords KEY",
        )


def given(source: Source, role: str, key: str) -> ArraySpec:
    """Return the array that was given for a role by hand, unless it holds objects."""
    spec = asked_for(source, f"--{role}", key)
    if spec.objects:
        raise DataError(
            f"{clean(key)!r} is an object array, which only pickle can read",
            "save it as a plain array, e.g. np.array(values.tolist())",
        )
    return spec


def listed(arrays: Iterable[ArraySpec]) -> str:
    """Describe arrays for a message; all but the first dozen are only counted."""
    arrays = list(arrays)
    shown = ", ".join(spec.describe() for spec in arrays[:_MOST_LISTED])
    more = len(arrays) - _MOST_LISTED
    return shown + (f" and {more:,} more" if more > 0 else "")


@contextmanager
def naming(source: Source) -> Iterator[None]:
    """A block whose errors name the source, and the parts of it that were skipped."""
    try:
        yield
    except (DataError, UsageError) as error:
        start = f"{source.name}: " if source.name else ""
        raise type(error)(f"{start}{error.message}{_skipped(source)}", error.hint) from error


def skipped_notes(source: Source) -> tuple[str, ...]:
    """Return a note for each part of a source that couldn't be read."""
    return tuple(f"{name} skipped: {why}" for name, why in source.skipped.items())


def _skipped(source: Source) -> str:
    parts = list(source.skipped.items())
    text = "".join(f"; {name!r} is {why}" for name, why in parts[:_MOST_SKIPPED])
    more = len(parts) - _MOST_SKIPPED
    return text + (f"; {more:,} more are skipped" if more > 0 else "")
