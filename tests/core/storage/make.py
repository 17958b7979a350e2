"""Pictures, storages and what a test looks at in them."""

import io
import struct
import zlib
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
from PIL import Image

from guildhall.core.storage import queries
from guildhall.core.storage.actions import keep_image
from guildhall.core.storage.checking import check_batch
from guildhall.core.storage.decoding import read_picture
from guildhall.core.storage.ids import FileId
from guildhall.core.storage.schemas import Bounds, FileRow, Picture
from guildhall.core.storage.settings import StorageSettings
from guildhall.core.storage.storage import Storage
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId

PURPOSE = "club.photo"
BOUNDS = Bounds(pixels=4_000_000, side=512, large=128, small=32, quality=80)


def make_settings(**values: Any) -> StorageSettings:
    """Settings, and nothing from the environment."""
    return StorageSettings(_env_file=None, **values)  # type: ignore[call-arg]


def make_image(width: int = 640, height: int = 480, seed: int = 1, mode: str = "RGB") -> Image.Image:
    """An image that differs with the seed, and is not all of one colour."""
    coarse = Image.frombytes("RGB", (8, 6), Random(seed).randbytes(8 * 6 * 3))
    return coarse.resize((width, height), Image.Resampling.BICUBIC).convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """An image as the bytes of a file."""
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def make_bytes(seed: int = 1, kind: str = "JPEG", width: int = 640, height: int = 480) -> bytes:
    """The bytes of an image."""
    return encoded(make_image(width, height, seed), kind)


def make_picture(seed: int = 1) -> Picture:
    """An image that was checked."""
    return read_picture(make_bytes(seed), BOUNDS)


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG whose header says that it has so many pixels."""
    whole = encoded(make_image(10, 10), "PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + whole[24:29]
    return whole[:12] + header + struct.pack(">I", zlib.crc32(header)) + whole[33:]


def jpeg_that_claims(width: int, height: int) -> bytes:
    """A small JPEG whose frame says that it has so many pixels."""
    whole = encoded(make_image(10, 10), "JPEG")
    at = whole.index(b"\xff\xc0") + 5
    return whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]


def webp_that_claims(width: int, height: int) -> bytes:
    """A small WebP with a canvas of so many pixels."""
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    whole = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + canvas + encoded(make_image(10, 10), "WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def files_below(folder: Path) -> list[str]:
    """The files of a folder store: the keys, and what is partial."""
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


async def loosen(url: str, hours: int = 2) -> None:
    """Move the time at which objects lost an owner into the past."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "update core.storage_objects set loosened_at = loosened_at - make_interval(hours => $1)", hours
    )
    await connection.close()


async def objects(url: str) -> list[bytes]:
    """The hashes of all objects, as the owner of the tables sees them."""
    connection = await asyncpg.connect(url)
    found = [row["hash"] for row in await connection.fetch("select hash from core.storage_objects order by hash")]
    await connection.close()
    return found


async def keep(
    db: Database, storage: Storage, user: UserId, picture: Picture, purpose: str = PURPOSE, private: bool = False
) -> FileId:
    """Upload an image for somebody, past the checks of what is sent."""
    await storage.put(picture)
    async with db.write(Viewer(user)) as tx:
        return await keep_image(tx, storage, picture, user, purpose, private=private)


async def mine(db: Database, user: UserId) -> list[FileRow]:
    """The files of somebody, as that person sees them."""
    async with db.read(Viewer(user)) as tx:
        return await queries.files_of_person.many(tx, user, None, 100)


async def drop_user(url: str, user: UserId) -> None:
    """Delete an account, as the owner of the tables."""
    connection = await asyncpg.connect(url)
    await connection.execute("delete from core.users where id = $1", user)
    await connection.close()


async def require_whole(jobs_db: Database, storage: Storage) -> int:
    """Return the number of objects, all of whose bytes are there and are those that were kept."""
    checked = await check_batch(jobs_db, storage, None, 1000)
    assert checked.wrong == []
    return checked.objects
