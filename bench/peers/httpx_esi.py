"""httpx and SQLAlchemy's async ORM: a sync loop over ESI with ETags, done right.

Run as `python -m bench.peers.httpx_esi`; DATABASE_URL and ESI_URL come from the environment, and a line of JSON with
characters, calls and those that had changed goes to standard output.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import msgspec
import uvloop
from sqlalchemy import BigInteger, DateTime, MetaData, make_url, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateSchema

# Target below /characters/{id} -> the field that names a row of the list, or None for a single object.
TARGETS: dict[str, str | None] = {
    "/skills": None,
    "/skillqueue": "queue_position",
    "/attributes": None,
    "/mail": "mail_id",
    "/mail/labels": None,
    "/mail/lists": "mailing_list_id",
    "/orders": "order_id",
    "/orders/history": "order_id",
    "/industry/jobs?include_completed=true": "job_id",
    "/planets": "planet_id",
    "/wallet": None,
    "/wallet/journal": "id",
    "/wallet/transactions": "transaction_id",
    "/location": None,
    "/ship": None,
    "/online": None,
    "/notifications": "notification_id",
}


class Base(DeclarativeBase):
    """The peer's tables, in a schema of their own."""

    metadata = MetaData(schema="peer")
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True), int: BigInteger}


class EsiState(Base):
    """How a target of a character stands: its ETag, and when it may be asked again."""

    __tablename__ = "esi_states"

    character_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    target: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    synced_at: Mapped[datetime]


class EsiRow(Base):
    """A row of what a target lists, or its single object as row 0."""

    __tablename__ = "esi_rows"

    character_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    target: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[Any] = mapped_column(JSONB)


def _url(database_url: str) -> Any:
    return make_url(database_url).set(drivername="postgresql+asyncpg")


async def create_tables(database_url: str) -> None:
    """Make the peer's tables."""
    engine = create_async_engine(_url(database_url))
    async with engine.begin() as connection:
        await connection.execute(CreateSchema("peer", if_not_exists=True))
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()


async def store(session: AsyncSession, character_id: int, target: str, answer: Any) -> None:
    """Insert or update what a target lists, in one statement."""
    key = TARGETS[target]
    items = [(0, answer)] if key is None else [(item[key], item) for item in answer]
    rows = [{"character_id": character_id, "target": target, "item_id": key, "data": item} for key, item in items]
    if rows:
        statement = insert(EsiRow)
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["character_id", "target", "item_id"], set_={"data": statement.excluded.data}
            ),
            rows,
        )


async def sync_characters(
    characters: Sequence[tuple[int, str]], concurrency: int, database_url: str, esi_url: str
) -> dict[str, int]:
    """Fetch and store so many characters at a time, each in one transaction after its calls."""
    engine = create_async_engine(_url(database_url), pool_size=concurrency)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    waiting = iter(characters)
    counts = {"characters": len(characters), "calls": 0, "changed": 0}

    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=concurrency)) as client:

        async def work() -> None:
            for character_id, token in waiting:
                async with sessions() as session:
                    found = await session.scalars(select(EsiState).where(EsiState.character_id == character_id))
                    states = {state.target: state for state in found}
                answers = []
                for target in TARGETS:
                    state = states.get(target)
                    headers = {"Authorization": f"Bearer {token}", "X-Compatibility-Date": "2026-06-09"}
                    if state is not None and state.etag is not None:
                        headers["If-None-Match"] = state.etag
                    answer = await client.get(f"{esi_url}/characters/{character_id}{target}", headers=headers)
                    counts["calls"] += 1
                    if answer.status_code != 304:
                        answer.raise_for_status()
                    answers.append((target, answer))
                async with sessions.begin() as session:
                    for target, answer in answers:
                        if answer.status_code == 200:
                            counts["changed"] += 1
                            await store(session, character_id, target, answer.json())
                        expires = answer.headers.get("Expires")
                        await session.merge(
                            EsiState(
                                character_id=character_id,
                                target=target,
                                etag=answer.headers.get("ETag"),
                                expires_at=parsedate_to_datetime(expires) if expires else None,
                                synced_at=datetime.now(UTC),
                            )
                        )

        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(work())
    await engine.dispose()
    return counts


def main() -> int:
    """Sync characters and print what it came to."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers.httpx_esi", description=__doc__)
    parser.add_argument("--ids", type=Path, required=True, help="a file with a character id and its token a line")
    parser.add_argument("--concurrency", type=int, default=8)
    options = parser.parse_args()
    lines = [line.split() for line in options.ids.read_text().splitlines()]
    characters = [(int(character_id), token) for character_id, token in lines]
    counts = uvloop.run(
        sync_characters(characters, options.concurrency, os.environ["DATABASE_URL"], os.environ["ESI_URL"])
    )
    print(msgspec.json.encode(counts).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
