"""The PostgreSQL cluster of a test run, and the migrated template in it."""

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import asyncpg
import fasteners
import psutil

from guildhall.boot.packs import branches
from guildhall.db import migrate
from guildhall.db.branch import Branch
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.postmaster import Postmaster
from guildhall.pack import Pack

POSTGRES = int(os.environ.get("GUILDHALL_TEST_POSTGRES", "18"))
"""The major version of the run's cluster: 18 or 16."""
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "400"}
"""Settings for tests alone: nothing need survive the machine. Tests of durability make clusters of their own."""
_RUN = "GUILDHALL_TEST_RUN"
"""One name for the controller, its workers, and the runs that a test starts: they inherit it."""
_LOCK = "run.lock"
"""The file in a run's folder that its controller keeps locked: the system lets go of it, however the run ends."""
_alive: list[fasteners.InterProcessReaderWriterLock] = []


def begin_run() -> bool:
    """Give the run a name and its cluster a folder; return false where another run has done both."""
    if _RUN in os.environ:
        return False
    sweep()
    os.environ[_RUN] = uuid4().hex
    folder = run_folder()
    folder.mkdir(mode=0o755)
    # Locked under another name first: a sweep at this moment takes no folder for one that nobody uses.
    _alive.append(fasteners.InterProcessReaderWriterLock(str(folder / f"{_LOCK}.new")))
    _alive[-1].acquire_write_lock()
    (folder / f"{_LOCK}.new").rename(folder / _LOCK)
    return True


def sweep() -> None:
    """Stop and remove the clusters of runs that were killed: in memory, they would stay until the machine restarts."""
    for folder in _roomiest().glob(f"guildhall-tests-{os.getuid()}-*"):
        if folder.lstat().st_uid != os.getuid() or not (folder / _LOCK).exists():
            continue  # it is somebody else's, or it begins
        lock = fasteners.InterProcessReaderWriterLock(str(folder / _LOCK))
        try:
            if not lock.acquire_write_lock(blocking=False):
                continue  # it runs
            if (server := Postmaster(folder / "cluster" / "data").process()) is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    server.send_signal(getattr(signal, "SIGQUIT", signal.SIGTERM))
                    server.wait(30)
            shutil.rmtree(folder, ignore_errors=True)
        finally:  # closes the lock's file, also when another process holds the lock
            lock.release_write_lock()


def end_run() -> None:
    """Remove the folder. Its run calls it when all workers have ended and the last has stopped the cluster."""
    shutil.rmtree(run_folder(), ignore_errors=True)
    _alive.pop().release_write_lock()
    del os.environ[_RUN]


def run_folder() -> Path:
    """The folder of the run's cluster: in memory where there is room, since a clone takes a tenth of the time there."""
    return _roomiest() / f"guildhall-tests-{os.getuid()}-{os.environ[_RUN][:12]}-{POSTGRES}"


def _roomiest() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 (the folder in it has a name of its own)
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 2**30:
        return memory
    return Path(tempfile.gettempdir())


@contextlib.contextmanager
def open_cluster() -> Iterator[EmbeddedCluster]:
    """Open the run's cluster, which its first user starts and its last one stops."""
    with EmbeddedCluster(run_folder() / "cluster", POSTGRES, extra=FAST) as running:
        yield running


def make_template(cluster: EmbeddedCluster, packs: Sequence[Pack]) -> str:
    """Return the name of a database with the migrations of the core and of packs.

    The first to ask for it makes it, out of the one of the core alone.
    """
    name = f"gh_template_{_digest(branches(packs))}"
    made = run_folder() / name
    base = make_template(cluster, ()) if packs else None
    with fasteners.InterProcessLock(str(run_folder() / "template.lock")):
        if not made.exists():
            asyncio.run(_make_template(cluster, name, base, branches(packs)))
            made.touch()
    return name


def _digest(branches: Sequence[Branch]) -> str:
    """A name for a set of migrations."""
    chains = "\n".join(f"{branch}: {branch.chain()}" for branch in branches)
    return hashlib.sha256(chains.encode()).hexdigest()[:12]


async def _make_template(cluster: EmbeddedCluster, name: str, base: str | None, slices: Sequence[Branch]) -> None:
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        await connection.execute(f"drop database if exists {name}")
        await connection.execute(f"create database {name} template {base or 'template1'} strategy file_copy")
    finally:
        await connection.close()
    await migrate.upgrade(cluster.url(name), slices)
