"""A disk that is really full: what writes is a 503 with a code, what reads goes on, and /readyz tells it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from guildhall.db import trouble
from guildhall.db.programs import unprivileged_user
from tests.packs.dota2 import make
from tests.packs.dota2.make import PROXY

pytestmark = [pytest.mark.database, pytest.mark.slow]

SPARE = 96 * 1024 * 1024
"""Bytes of the small disk: a clone and some room."""


class Disk:
    """A small disk of the tests' own, which can be filled to the last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no block free."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1024 * 1024, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink()


@pytest.fixture
def disk() -> Iterator[Disk]:
    folder = Path(tempfile.mkdtemp(prefix="gh-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={SPARE}", "tmpfs", str(folder)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("a disk of its own needs root and the right to mount a tmpfs")
    yield Disk(folder)
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
async def clone(cluster, clones, disk) -> AsyncIterator[str]:
    """A migrated database on the small disk."""
    place = disk.folder / "tablespace"
    place.mkdir(mode=0o700)
    user = unprivileged_user()
    assert user is not None
    shutil.chown(place, user, user)
    name = f"gh_full_{uuid4().hex[:12]}"
    owner = await asyncpg.connect(cluster.url("postgres"))
    await owner.execute(f"create tablespace {name} location '{place}'")
    await owner.execute(f"create database {name} template {clones.template} tablespace {name}")
    yield cluster.url(name)
    await owner.execute(f"drop database {name} with (force)")
    await owner.execute(f"drop tablespace {name}")
    await owner.close()


async def test_a_full_disk_is_told_and_over_when_there_is_room(start_guildhall, sandbox, disk, monkeypatch):
    monkeypatch.setattr(trouble, "_PROBE_AGE", 0.0)
    guildhall = await start_guildhall(sandbox, web={"require_worker": False})
    path = f"{PROXY}/players/{make.ids(sandbox)[0]}/refresh"
    assert (await guildhall.get("/readyz")).status == 200

    disk.fill()
    refused = await guildhall.post(path)
    unready = await guildhall.get("/readyz")
    alive = await guildhall.get("/healthz")
    async with guildhall.runtime.db.read() as tx:
        jobs = await tx.connection.fetchval("select count(*) from core.jobs")

    assert (refused.status, refused.code) == (503, "database_full")
    assert int(refused.headers["retry-after"]) > 0
    assert unready.status == 503
    assert unready.json["checks"]["database"] == "The database's disk is full"
    assert (alive.status, jobs) == (200, 0)

    disk.free()
    assert (await guildhall.get("/readyz")).status == 200
    assert (await guildhall.post(path)).status == 202
