"""The threads of the library that multiplies matrices for numpy: one.

Our products are small, other programs need the cores, and where a person may start no threads
(`ulimit -u`) OpenBLAS would end the process.  It reads its variables when numpy is imported.
"""

from __future__ import annotations

import os
import sys

_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def limit_blas_threads() -> None:
    """Keep a numpy that is imported later to one thread; a number set by the person stays."""
    for variable in _VARIABLES:
        os.environ.setdefault(variable, "1")


def import_numpy_limited() -> None:
    """Import numpy with one thread and leave the environment as it was.

    For a program of somebody else: a numpy that is loaded already keeps its threads, and the
    programs that it starts later keep theirs.
    """
    if "numpy" in sys.modules:
        return
    before = {variable: os.environ.get(variable) for variable in _VARIABLES}
    limit_blas_threads()
    try:
        import numpy  # noqa: F401, ICN001 - for its side effect
    finally:
        for variable, value in before.items():
            if value is None:
                os.environ.pop(variable, None)
