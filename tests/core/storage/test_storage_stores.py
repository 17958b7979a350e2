"""A folder and an object store keep bytes alike: whole or not at all."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from guildhall.core.storage.errors import StorageUnavailable
from guildhall.core.storage.folder import FolderStore
from guildhall.core.storage.remote import RemoteStore
from guildhall.core.storage.storage import Storage
from guildhall.core.storage.store import OutOfReach, key_of, parts_of_key
from guildhall.errors import Misconfigured
from guildhall.testing.running import run_app
from tests.core.storage.bucket import ACCESS_KEY, NAME, Bucket
from tests.core.storage.make import files_below, make_picture, make_settings

DATA = b"some bytes" * 1000
HASH = sha256(DATA).digest()
OTHER = sha256(b"other").digest()
KEY = key_of(HASH, HASH)


@pytest.fixture
async def bucket():
    """A bucket, and the settings that lead to a part of it."""
    found = Bucket()
    async with run_app(found.app) as address:
        settings = make_settings(
            url=f"s3://{NAME}/below", s3_endpoint=address, s3_region="here", s3_access_key=ACCESS_KEY,
            s3_secret_key="SECRET", remote_seconds=2,
        )  # fmt: skip
        yield found, settings


@pytest.fixture(params=["folder", "memory", "bucket"])
def store(request, tmp_path, bucket):
    if request.param == "folder":
        return FolderStore(tmp_path / "storage")
    return RemoteStore(make_settings(url="memory:///") if request.param == "memory" else bucket[1])


def test_a_key_says_what_it_is_of():
    whole, other = key_of(HASH, HASH), key_of(HASH, OTHER)
    assert whole == f"{HASH.hex()[:2]}/{HASH.hex()[2:4]}/{HASH.hex()}"
    assert parts_of_key(whole) == (HASH, HASH)
    assert parts_of_key(other) == (HASH, OTHER)
    for key in ("README", "aa/bb/cc", f"00/11/{HASH.hex()}", whole.upper(), whole + ".00", ""):
        assert parts_of_key(key) is None


async def test_bytes_are_kept(store):
    assert [page async for page in store.listed(10)] == []
    assert await store.read(KEY, 0, 10) is None
    assert not await store.has(KEY)

    await store.put(KEY, DATA)
    await store.put(KEY, DATA)
    await store.put(key_of(HASH, OTHER), b"other")

    assert await store.has(KEY)
    assert await store.read(KEY, 0, len(DATA)) == DATA
    assert await store.read(KEY, 5, 7) == DATA[5:12]
    listed = [one for page in [page async for page in store.listed(1)] for one in page]
    assert {one.key: one.size for one in listed} == {KEY: len(DATA), key_of(HASH, OTHER): 5}
    assert all(abs(datetime.now(UTC) - one.modified_at) < timedelta(minutes=1) for one in listed)
    await store.delete([KEY, key_of(OTHER, OTHER)])
    assert not await store.has(KEY)
    assert await store.sweep(datetime.now(UTC)) == 0


@pytest.mark.parametrize("kind", ["folder", "memory"])
async def test_a_picture_is_kept_with_its_thumbnails(kind, tmp_path):
    chosen = {"objects_folder": tmp_path} if kind == "folder" else {"url": "memory:///"}
    storage, picture = Storage(make_settings(**chosen)), make_picture()

    await storage.put(picture)

    for part in picture.parts:
        assert await storage.read(picture.hash, part.content, 0, len(part.data)) == part.data
    with pytest.raises(StorageUnavailable) as lost:
        await storage.read(OTHER, OTHER, 0, 5)
    assert "lost" in lost.value.inner


async def test_a_storage_without_a_place_says_so():
    with pytest.raises(Misconfigured, match="OBJECTS_FOLDER"):
        await Storage(make_settings()).put(make_picture())
    with pytest.raises(Misconfigured, match="STORAGE_URL"):
        RemoteStore(make_settings(url="nonsense://here"))


async def test_a_bucket_has_the_keys_below_its_prefix_and_its_failures_are_told(bucket):
    place, settings = bucket
    store = RemoteStore(settings)
    await store.put(KEY, DATA)

    assert list(place.kept) == [f"below/{KEY}"]
    assert f"PUT /{NAME}/below/{KEY}" in place.calls
    place.broken = True
    for call in (store.put(KEY, DATA), store.read(KEY, 0, 1), store.has(KEY), store.delete([KEY])):
        with pytest.raises(OutOfReach):
            await call


async def test_a_bucket_out_of_reach_is_told_without_its_keys():
    store = RemoteStore(
        make_settings(
            url="s3://bucket/below", s3_endpoint="http://127.0.0.1:1", s3_region="here", s3_access_key="AKEY",
            s3_secret_key="SECRET", remote_seconds=0.3,
        )
    )  # fmt: skip
    with pytest.raises(OutOfReach) as away:
        await store.put(KEY, DATA)
    with pytest.raises(OutOfReach):
        await store.read(KEY, 0, 1)
    with pytest.raises(OutOfReach):
        [page async for page in store.listed(10)]
    assert "AKEY" not in str(away.value)
    assert "SECRET" not in str(away.value)


_WRITER = """
import asyncio, sys
from pathlib import Path
from guildhall.core.storage.folder import FolderStore
data = bytes(int(sys.argv[3]))
asyncio.run(FolderStore(Path(sys.argv[1])).put(sys.argv[2], data))
"""


def begin_upload(folder, size: int, before: str = "") -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", before + _WRITER, str(folder), KEY, str(size)], stderr=subprocess.PIPE
    )


async def test_an_upload_that_is_killed_leaves_nothing_to_see(tmp_path):
    store = FolderStore(tmp_path)
    writer = begin_upload(tmp_path, 400_000_000)
    try:
        until = time.monotonic() + 30
        while not any(name.startswith("partial/") for name in files_below(tmp_path)):
            assert time.monotonic() < until
        os.kill(writer.pid, signal.SIGKILL)
    finally:
        writer.kill()
        writer.communicate()

    [left] = files_below(tmp_path)
    assert left.startswith("partial/")
    assert not await store.has(KEY)
    assert [page async for page in store.listed(10)] == []
    assert await store.sweep(datetime.now(UTC) - timedelta(hours=1)) == 0  # it may be under way yet
    assert await store.sweep(datetime.now(UTC) + timedelta(seconds=5)) == 1
    assert files_below(tmp_path) == []


def test_a_disk_that_is_full_keeps_nothing(tmp_path):
    """The kernel refuses to write more of a file than the process may: a part of it is written before that."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))\n"
    writer = begin_upload(tmp_path, 4_000_000, limit)
    said = writer.communicate()[1].decode()

    assert writer.returncode == 1
    assert "OutOfReach" in said
    assert files_below(tmp_path) == []


@pytest.fixture
def small_disk():
    folder = Path(tempfile.mkdtemp(prefix="gh-storage-"))
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("a disk of its own needs root and the right to mount a tmpfs")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


async def test_a_disk_without_room_is_told_and_over_when_there_is_room(small_disk):
    store = FolderStore(small_disk)
    with pytest.raises(OutOfReach) as full:
        await store.put(KEY, bytes(4_000_000))

    assert "No space left" in str(full.value)
    assert files_below(small_disk) == []
    await store.put(KEY, DATA)
    assert await store.read(KEY, 0, len(DATA)) == DATA


async def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "storage").write_text("a file where the folder should be")
    store = FolderStore(tmp_path / "storage")
    with pytest.raises(OutOfReach):
        await store.put(KEY, DATA)
    with pytest.raises(OutOfReach):
        await store.delete([KEY])
