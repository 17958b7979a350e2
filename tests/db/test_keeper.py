"""An embedded server that is killed comes back by itself: one of the processes that use it starts it, once."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from guildhall.db import postmaster
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.programs import binaries, run_program, unprivileged_user

pytestmark = [pytest.mark.database, pytest.mark.slow]

VERSION = int(os.environ.get("GUILDHALL_TEST_POSTGRES", "18"))
PROCESS = """
import sys
from pathlib import Path
from guildhall import log
from guildhall.boot.database import database_url
from guildhall.boot.settings import Settings

log.configure(json=True, level="info", requests=False)
with database_url(Settings(_env_file=None, home=Path(sys.argv[1]), embedded_version=int(sys.argv[2]))) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


class User:
    """A process that uses the cluster of a home folder, as `guildhall serve` does."""

    def __init__(self, home: Path) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GUILDHALL_")}
        self.log = home / f"log-{time.monotonic_ns()}"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROCESS, str(home), str(VERSION)], text=True, env=environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output,
            )  # fmt: skip
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    @property
    def words(self) -> str:
        """What the process has logged."""
        return self.log.read_text()

    def end(self) -> int:
        """Have the process end in good order."""
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gh-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def users(home: Path) -> Iterator[list[User]]:
    both = [User(home), User(home)]
    yield both
    for user in both:
        if user.process.poll() is None:
            user.process.kill()
            user.process.communicate()


def server(home: Path) -> int:
    """The server's process id."""
    return int((home / "postgresql" / "data" / "postmaster.pid").read_text().split()[0])


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and whom nobody has waited for does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def starts(home: Path) -> int:
    """How often the server has been started, as its own log says."""
    return (home / "postgresql" / "postgresql.log").read_text(errors="replace").count("starting PostgreSQL")


def answer(url: str, patience: float = 60.0) -> int:
    """What the server answers, as soon as it does."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with psycopg.connect(url) as connection:
                return int(connection.execute("select value from kept").fetchone()[0])  # type: ignore[index]
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_a_killed_server_comes_back_once(home, users):
    with psycopg.connect(users[0].url, autocommit=True) as connection:
        connection.execute("create table kept as select 7 as value")

    for times in (1, 2):
        os.kill(server(home), signal.SIGKILL)

        assert answer(users[0].url) == 7
        assert answer(users[1].url) == 7
        assert starts(home) == 1 + times
        time.sleep(1)  # nobody starts it a second time
        assert starts(home) == 1 + times
        assert sum(user.words.count("postgresql_revived") for user in users) == times

    assert users[0].end() == 0
    os.kill(server(home), signal.SIGKILL)  # the one that is left is enough
    assert answer(users[1].url) == 7
    last = server(home)
    assert users[1].end() == 0
    assert not lives(last)
    assert "Traceback" not in users[0].words + users[1].words


def test_a_server_that_was_stopped_in_order_stays_stopped(home, users):
    cluster = EmbeddedCluster(home / "postgresql", VERSION)
    pid = server(home)
    run_program(binaries(VERSION) / "pg_ctl", "-D", str(cluster.data), "-w", "stop", user=unprivileged_user())
    deadline = time.monotonic() + 30
    while not all("postgresql_stopped" in user.words for user in users) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)

    assert not lives(pid)
    assert not cluster.running()
    assert [user.end() for user in users] == [0, 0]


@pytest.mark.parametrize("told", ["pidfd", "looks"])
def test_the_end_of_a_process_is_noticed(home, monkeypatch, told):
    if told == "looks":  # as on systems without pidfd
        monkeypatch.delattr(os, "pidfd_open")
        monkeypatch.setattr(postmaster, "_LOOK", 0.05)
    stop, stopped = socket.socketpair()
    with EmbeddedCluster(home / "postgresql", VERSION, extra={"fsync": "off"}) as cluster, stop, stopped:
        threading.Timer(0.3, os.kill, (server(home), signal.SIGKILL)).start()
        assert cluster.wait_for_end(stopped) is True
        assert cluster.revive() is True
        assert cluster.revive() is False
        threading.Timer(0.2, stop.send, (b".",)).start()
        assert cluster.wait_for_end(stopped) is False
