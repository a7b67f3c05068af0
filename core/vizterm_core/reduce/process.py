"""A map made in a process of its own: started, listened to, stopped.

The process has a low priority, few threads and a limit on its memory, and ends with this one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.neighbours.vectors import Vectors
from vizterm_core.reduce.facts import Facts
from vizterm_core.reduce.job import InFiles, InMemory, Order
from vizterm_core.reduce.limits import environment
from vizterm_core.reduce.parameters import Parameters
from vizterm_core.reduce.progress import Progress, Tell, untold
from vizterm_core.text import clean

if TYPE_CHECKING:
    import subprocess

Whole = npt.NDArray[np.int64]

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from vizterm_core.reduce.worker import main; main()"
)
_LAST_WORDS = 2000
"""Bytes of what the process printed that are looked at when it failed."""
_LONGEST = 160


class Stopped(Exception):  # noqa: N818 - no error: it was asked for
    """The process was stopped before the map was there."""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A map that is wanted of some vectors."""

    vectors: InFiles | Vectors
    """Where they lie; those in memory are written to a file without a name."""
    total: int
    """Rows of the data."""
    parameters: Parameters
    rows: Whole | None = None
    """(k,) ascending: which of them; all without."""
    labels: Whole | None = None
    """(k,) of each of these rows: where not all are fitted, each label has its share."""
    cache: Path | None = None
    """The folder of maps that were made before."""
    background: bool = True
    """Whether others go first: nobody waits for it."""

    @property
    def count(self) -> int:
        """Points of the map."""
        return self.total if self.rows is None else int(self.rows.size)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A map that was made."""

    places: npt.NDArray[np.float32]
    """(k, 2) of the rows asked for, NaN for those without a vector to compare."""
    facts: Facts
    rows: Whole | None = None
    """(k,) which rows they are; None for all."""


class Reduction:
    """Makes a map in a process.

    Parameters
    ----------
    wanted : Wanted
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def stop(self) -> None:
        """End the process at once; `result` raises `Stopped`."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def result(self, tell: Tell = untold) -> Made:
        """Make the map, and wait for it; called once, in any thread.

        Parameters
        ----------
        tell : callable
            Told of the progress, in this thread.

        Raises
        ------
        Stopped
            If it was stopped.
        DataError
            If there is no map, and why: the vectors, the library, or the process was killed.
        """
        try:
            with ExitStack() as stack:
                return self._made(stack, tell)
        except OSError as error:
            raise DataError(f"no process for it: {error.strerror or error}") from error

    def _made(self, stack: ExitStack, tell: Tell) -> Made:
        wanted, files = self.wanted, _Files(stack)
        result, words = files.empty(), files.empty()
        descriptors = {"result": result.fileno()}
        for what, values in (("rows", wanted.rows), ("labels", wanted.labels)):
            if values is not None:
                descriptors[what] = files.holding([np.ascontiguousarray(values, np.int64)])
        vectors = wanted.vectors
        told: InFiles | InMemory
        if isinstance(vectors, Vectors):
            tell(Progress("handing over"))
            descriptors["vectors"], told = files.of_vectors(vectors)
        else:
            told = vectors
        order = Order(
            told, wanted.total, wanted.parameters, wanted.cache, wanted.background, descriptors
        )
        process = stack.enter_context(self._started(descriptors, words))
        stack.callback(process.kill)
        answer = self._answer(process, order, tell)
        process.wait()
        if self._stopped:
            raise Stopped
        if answer is None:
            raise _ended(process.returncode, words)
        if "failed" in answer:
            raise DataError(answer["failed"], answer["hint"])
        result.seek(0)
        places = np.fromfile(result, np.float32).reshape(-1, 2)
        if len(places) != wanted.count:
            raise DataError("the process that makes the map gave too few places")
        facts = Facts.of(answer["done"])
        if isinstance(vectors, Vectors):
            facts = replace(facts, vectors=vectors.name)
        return Made(places, facts, wanted.rows)

    def _started(self, descriptors: dict[str, int], words: IO[bytes]) -> subprocess.Popen[bytes]:
        import subprocess

        if not sys.executable:
            raise DataError("there is no Python to start a process with")
        paths = json.dumps([path for path in sys.path if path])
        with self._lock:
            if self._stopped:
                raise Stopped
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-P", "-c", _START, paths],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                env=environment(os.environ, spare=self.wanted.background),
                pass_fds=tuple(descriptors.values()),
                # Keys such as ctrl+c are for the app.
                start_new_session=True,
            )
            return self._process

    @staticmethod
    def _answer(
        process: subprocess.Popen[bytes], order: Order, tell: Tell
    ) -> dict[str, Any] | None:
        """Return the last answer; None if there is none."""
        assert process.stdin is not None and process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(order.line())
            process.stdin.flush()
        for line in process.stdout:
            try:
                said = json.loads(line)
                if "stage" not in said:
                    return said
                tell(Progress(said["stage"], said["share"]))
            except (ValueError, TypeError, KeyError):
                return None
        return None


class _Files:
    """Files without names: they are gone with the processes that have them open."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def empty(self) -> IO[bytes]:
        """Return a new one."""
        import tempfile

        return self._stack.enter_context(tempfile.TemporaryFile())

    def holding(self, arrays: Sequence[npt.NDArray[Any]]) -> int:
        """Return the descriptor of one with the bytes of some arrays."""
        file = self.empty()
        for array in arrays:
            file.write(array.tobytes())
        file.flush()
        file.seek(0)
        return file.fileno()

    def of_vectors(self, vectors: Vectors) -> tuple[int, InMemory]:
        """Return the descriptor of one with vectors as floats, and what it holds."""
        file, dtype = self.empty(), "<f4"
        for _, block in vectors.blocks():
            dtype = block.dtype.str
            file.write(block.tobytes())
        file.flush()
        file.seek(0)
        shape = len(vectors), vectors.width
        return file.fileno(), InMemory(shape, dtype, vectors.metric)


def _ended(code: int, words: IO[bytes]) -> DataError:
    """Return why a process that said nothing has ended."""
    if code < 0:
        name = signal.Signals(-code).name if -code in {*signal.Signals} else f"signal {-code}"
        hint = "perhaps there is too little memory" if -code == signal.SIGKILL else ""
        return DataError(f"the process that makes the map was ended by {name}", hint)
    words.seek(0, os.SEEK_END)
    words.seek(max(0, words.tell() - _LAST_WORDS))
    lines = [line for line in words.read().decode("utf-8", "replace").splitlines() if line.strip()]
    last = clean(lines[-1], _LONGEST) if lines else f"code {code}"
    return DataError(f"the process that makes the map has failed: {last}")
