"""Large arrays that come and go leave nothing behind."""

import platform
import subprocess
import sys

import pytest

COME_AND_GO = """
import re, sys
from pathlib import Path
import numpy as np
from vizterm.memory import return_freed_memory

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


def left_behind(how):
    done = subprocess.run(
        [sys.executable, "-c", COME_AND_GO, how], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc keeps what was freed")
def test_what_is_freed_between_blocks_that_stay_goes_back_to_the_system():
    assert left_behind("kept") > 100, "MB: glibc has learnt to do without"
    assert left_behind("returned") < 4
