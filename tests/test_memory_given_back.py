"""Memory that a start leaves free is returned to the system."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
from pathlib import Path
from guildhall.collector import settle_in


def resident():
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


held = [bytearray(1000) for _ in range(60_000)]
stays = held[::100]
full = resident()
del held
before = resident()
settle_in()
print(full, before, resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
def test_settling_in_gives_free_memory_back():
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    full, before, after = map(int, result.stdout.split())

    assert before > full - 10  # what stays is spread over all of it, so nothing goes back by itself
    assert after < full - 30
