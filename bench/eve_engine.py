"""The EVE pack as a worker runs it, one command at a time, so that its CPU can be measured from outside.

Run as `python -m bench.eve_engine sandbox|refresh|sync …`; settings come from the environment as everywhere.
"""

import argparse
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import uvloop
from aiohttp import web

from bench.context import Context
from bench.guildhall_side import prepare
from bench.process import Finished, Server, free_port, run_command
from guildhall.boot.configuration import configure
from guildhall.boot.worker import open_worker
from guildhall.clock import Clock
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Vault
from guildhall.ids import uuid7
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.kept import CHARACTERS
from guildhall.packs.eve.sandbox import ALL_SCOPES, SandboxOptions, make_app, make_pilots, refresh_token
from guildhall.packs.eve.sync.syncer import Syncer
from guildhall.packs.eve.tokens.refresh import Refresher
from guildhall.packs.eve.tokens.schemas import ACCESS_TOKEN, REFRESH_TOKEN
from guildhall.packs.eve.upstream.sections import OF_SECTION

KEY = "a key of the benchmarks"
SCOPES = tuple(ALL_SCOPES)
_MODULE = (sys.executable, "-m", "bench.eve_engine")
_LONG = 30 * 86_400


def options(pilots: int) -> SandboxOptions:
    """A world of so many pilots whose access tokens outlast a run; its limits are the true ones."""
    return SandboxOptions(pilots=pilots, access_seconds=_LONG)


def sandbox(pilots: int) -> Server:
    """The sandbox in a process of its own."""
    port = free_port()
    command = [*_MODULE, "sandbox", "--pilots", str(pilots), "--port", str(port)]
    return Server(command, port, ready="/eve/_sandbox/clock")


def control(server: Server, path: str, body: object = None, method: str = "POST") -> bytes:
    """A call to the sandbox's control plane."""
    data = None if method == "GET" else msgspec.json.encode(body if body is not None else {})
    request = urllib.request.Request(f"{server.url}/eve/_sandbox{path}", data, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        content: bytes = answer.read()
        return content


def command(context: Context, server: Server, *arguments: str) -> Finished:
    """Run one command of the engine."""
    return run_command([*_MODULE, *arguments], environment=environment(context, server))


def environment(context: Context, server: Server) -> Mapping[str, str]:
    """The product's settings for a run."""
    made_up = SandboxOptions()
    return {
        "GUILDHALL_DATABASE_URL": context.database_url,
        "GUILDHALL_HOME": str(context.directory / "home"),
        "GUILDHALL_ENCRYPTION_KEY": KEY,
        "GUILDHALL_EVE_SSO_URL": f"{server.url}/eve/sso",
        "GUILDHALL_EVE_ESI_URL": f"{server.url}/eve/esi",
        "GUILDHALL_EVE_CLIENT_ID": made_up.client_id,
        "GUILDHALL_EVE_CLIENT_SECRET": made_up.client_secret,
        "GUILDHALL_EVE_DOWNTIME_MINUTES": "0",
        "GUILDHALL_LOG_LEVEL": "warning",
    }


async def fill(context: Context, pilots: int, access: Mapping[int, str]) -> list[tuple[UUID, int]]:
    """Users with a character each, all due for everything; our id and the game's of each.

    `access` are access tokens by the game's id; a character without one must be refreshed.
    """
    await prepare(context)
    vault = Vault(VaultSettings(_env_file=None, encryption_key=KEY))  # type: ignore[call-arg, arg-type]
    world = options(pilots)
    made = []
    for pilot in make_pilots(world):
        user_id, row_id = uuid7(), uuid7()
        sealed = vault.seal(REFRESH_TOKEN, row_id, refresh_token(world, pilot.id, SCOPES))
        token = access.get(pilot.id)
        opened = None if token is None else vault.seal(ACCESS_TOKEN, row_id, token)
        made.append((user_id, row_id, pilot.id, pilot.name, pilot.owner, sealed, opened))
    connection = await asyncpg.connect(context.database_url)
    try:
        await connection.execute("truncate core.users cascade")
        await connection.executemany(
            "insert into core.users (id, name) values ($1, $2)", [(one[0], one[3]) for one in made]
        )
        await connection.execute(
            "insert into core.sessions (id, user_id, token_hash, expires_at, last_used_at) "
            "select gen_random_uuid(), id, sha256(id::text::bytea), now() + interval '7 days', now() from core.users"
        )
        await connection.executemany(
            "insert into eve.characters (id, user_id, character_id, character_name, owner_hash, refresh_token, "
            "access_token, token_expires_at, refresh_due_at, scopes) "
            "values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), now(), $9)",
            [
                (row, user, pilot, name, owner, sealed, token, 300.0 if token is None else float(_LONG), list(SCOPES))
                for user, row, pilot, name, owner, sealed, token in made
            ],
        )
        await connection.execute(
            "insert into core.fresh_rows (name, key, user_id, kept_since, asked_at, due_at) "
            "select $1, id::text, user_id, now(), now(), now() from eve.characters",
            CHARACTERS.name,
        )
        await connection.execute(
            "insert into eve.section_syncs (character, user_id, section) "
            "select id, user_id, unnest($1::text[]) from eve.characters",
            list(OF_SECTION),
        )
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
    return [(one[1], one[2]) for one in made]


async def make_due(context: Context) -> None:
    """Everything is due again, and ESI may be asked: as if the answers' time had passed."""
    connection = await asyncpg.connect(context.database_url)
    try:
        await connection.execute("update eve.section_syncs set due_at = now(), expires_at = null", timeout=120)
        await connection.execute("vacuum eve.section_syncs", timeout=120)
    finally:
        await connection.close()


async def _refresh() -> None:
    configuration = configure()
    async with open_worker(configuration, configuration.main.database_url.get_secret_value(), Clock()) as runtime:  # type: ignore[union-attr]
        refresher = runtime.provided[Refresher]
        assert isinstance(refresher, Refresher)
        print(msgspec.json.encode(await refresher.refresh_due()).decode())


async def _sync(characters: Sequence[CharacterId]) -> None:
    configuration = configure()
    calls = failed = synced = unchanged = 0
    async with open_worker(configuration, configuration.main.database_url.get_secret_value(), Clock()) as runtime:  # type: ignore[union-attr]
        syncer = runtime.provided[Syncer]
        assert isinstance(syncer, Syncer)
        for at in range(0, len(characters), 20):  # as many as one job takes
            for report in await syncer.sync(characters[at : at + 20]):
                synced += 1
                calls += report.calls
                failed += len(report.failed)
                unchanged += len(report.unchanged)
    print(msgspec.json.encode({"synced": synced, "calls": calls, "failed": failed, "unchanged": unchanged}).decode())


def main() -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m bench.eve_engine", description=__doc__)
    parser.add_argument("command", choices=["sandbox", "refresh", "sync"])
    parser.add_argument("--pilots", type=int, default=10)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ids", type=Path)
    chosen = parser.parse_args()
    if chosen.command == "sandbox":
        outer = web.Application()
        outer.add_subapp("/eve", make_app(options(chosen.pilots)))
        web.run_app(
            outer, host="127.0.0.1", port=chosen.port, print=None, access_log=None, loop=uvloop.new_event_loop()
        )
    elif chosen.command == "refresh":
        uvloop.run(_refresh())
    else:
        uvloop.run(_sync([CharacterId(UUID(line)) for line in chosen.ids.read_text().split()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
