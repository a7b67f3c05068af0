"""Memory after large arrays have come and gone."""

import gc
import platform
import subprocess
import sys
import weakref

import pytest
from tests.support.embed import make_app, ready

from vizterm.shell.app import _TIDY_REST
from vizterm.shell.memory import Tidying
from vizterm_core.load import load_embedding

COME_AND_GO = """
import re, sys
from pathlib import Path
import numpy as np
from vizterm.shell.memory import return_freed_memory

def resident():
    text = Path("/proc/self/status").read_text()
    return int(re.search(r"RssAnon:\\s+(\\d+)", text)[1]) / 1024

if sys.argv[1] == "returned":
    return_freed_memory()
np.ones(30 << 20, np.uint8)
before = resident()
arrays, between = [], []
for _ in range(8):
    arrays.append(np.ones(16 << 20, np.uint8))
    between.append(np.ones(100_000, np.uint8))
arrays.clear()
print(resident() - before)
"""


BETWEEN_OTHERS = """
from vizterm.shell.memory import trim_heap
blocks = [np.ones(100_000, np.uint8) for _ in range(1000)]
before = resident()
del blocks[1::2]
kept = before - resident()
trim_heap()
print(kept, before - resident())
"""


def left_behind(how):
    return float(output_of(COME_AND_GO, how))


def output_of(code, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


on_glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="glibc keeps what was freed"
)


@on_glibc
def test_memory_freed_between_live_blocks_is_returned_to_the_system():
    assert left_behind("kept") > 100, "MB: glibc has learnt to do without"
    assert left_behind("returned") < 4


@on_glibc
def test_trimming_returns_free_memory_inside_the_heap():
    head = COME_AND_GO[: COME_AND_GO.index("np.ones")]
    freed, trimmed = map(float, output_of(head + BETWEEN_OTHERS, "returned").split())
    assert freed < 10, "MB: glibc has learnt to do without"
    assert trimmed > 30


async def test_memory_is_given_back_when_input_pauses_but_not_every_time(digits_path, monkeypatch):
    monkeypatch.setattr("vizterm.shell.app._TIDY_LOOK", 0.01)
    app, screen = make_app(lambda: load_embedding(digits_path))
    given_back = []
    app.tidy = lambda: given_back.append(app.link.rest)
    async with app.run_test() as pilot:
        await ready(pilot, screen)
        assert not given_back
        await pilot.press("right")
        while not given_back:
            await pilot.pause(0.02)
        await pilot.press("right")
        while app.link.rest < _TIDY_REST + 0.1:
            await pilot.pause(0.02)
    assert len(given_back) == 1 and given_back[0] >= _TIDY_REST


class Ring:
    """An object that refers to itself."""

    def __init__(self):
        self.ring = self


def test_cycles_are_collected_and_the_callers_frozen_objects_stay_frozen():
    older = Ring()
    with Tidying() as tidying:
        younger = Ring()
        seen = [weakref.ref(ring) for ring in (older, younger)]
        del older, younger
        tidying.tidy()
        assert [ring() is None for ring in seen] == [False, True]
    gc.collect()
    assert seen[0]() is None
    gc.freeze()
    with Tidying():
        pass
    assert gc.get_freeze_count()
    gc.unfreeze()
