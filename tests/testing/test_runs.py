"""A run of tests that is killed leaves no PostgreSQL in memory: the next run removes what is left of it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from guildhall.testing.cluster import sweep

RUN = """
from guildhall.testing.cluster import begin_run, open_cluster, run_folder
assert begin_run()
with open_cluster() as cluster:
    print(run_folder(), (cluster.data / "postmaster.pid").read_text().split()[0], flush=True)
    input()
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_the_next_run_removes_the_cluster_of_a_run_that_was_killed_and_no_other():
    environment = {name: value for name, value in os.environ.items() if name != "GUILDHALL_TEST_RUN"}
    with subprocess.Popen(
        [sys.executable, "-c", RUN], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        folder, server = run.stdout.readline().split()
        try:
            sweep()
            assert Path(folder).exists()
            assert psutil.pid_exists(int(server))
        finally:
            run.send_signal(signal.SIGKILL)
    assert psutil.pid_exists(int(server))

    sweep()

    assert not Path(folder).exists()
    assert not psutil.pid_exists(int(server))
