"""`python -m tests.fuzz`: run the fuzzers for some time; exits 1 if they found something."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.engine import fuzz, summary
from tests.fuzz.files import FileFuzzer
from tests.fuzz.objects import ObjectFuzzer
from tests.fuzz.sources import SourceFuzzer
from tests.fuzz.terminal import TerminalFuzzer

FUZZERS = {
    "files": FileFuzzer,
    "sources": SourceFuzzer,
    "objects": ObjectFuzzer,
    "terminal": TerminalFuzzer,
}


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("fuzzers", nargs="*", help=f"of {', '.join(FUZZERS)}; all by default")
    parser.add_argument("--seconds", type=float, default=60, help="for all of them together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--into", type=Path, help="where failing inputs are stored")
    options = parser.parse_args()
    chosen = options.fuzzers or list(FUZZERS)
    if unknown := set(chosen) - set(FUZZERS):
        parser.error(f"no fuzzer is called {', '.join(sorted(unknown))}")
    into = options.into or Path(tempfile.mkdtemp(prefix="vizterm-fuzz-"))
    share = options.seconds / len(chosen)
    runs = []
    for name in chosen:
        runs.append(fuzz(FUZZERS[name](), into, seconds=share, first=options.seed))
        print(summary(runs[-1]), flush=True)
    return any(run.findings for run in runs)


if __name__ == "__main__":
    sys.exit(main())
