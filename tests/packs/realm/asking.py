"""Asking the database of a test what it remembers."""

from typing import Any

import asyncpg
import msgspec


async def value(url: str, sql: str, *args: Any) -> Any:
    """The first column of the first row; JSON is decoded."""
    connection = await asyncpg.connect(url)
    try:
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=msgspec.json.decode)
        return await connection.fetchval(sql, *args)
    finally:
        await connection.close()


async def do(url: str, sql: str, *args: Any) -> None:
    """A statement."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql, *args)
    finally:
        await connection.close()


async def happened(url: str, topic: str) -> list[Any]:
    """What was published on a topic, in order: kind and body."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "select kind, body from core.live_events where topic = $1 and not access order by id", topic
        )
        return [(row["kind"], msgspec.json.decode(row["body"])) for row in rows]
    finally:
        await connection.close()


async def taken_away(url: str) -> list[tuple[str, Any]]:
    """Where access was taken away, and whose, in order."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("select topic, subject from core.live_events where access order by id")
        return [(row["topic"], row["subject"]) for row in rows]
    finally:
        await connection.close()
