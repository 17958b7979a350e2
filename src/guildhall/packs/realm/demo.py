"""The pack's part of `guildhall demo`: Ashvale, with a raid under way and people who talk."""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import msgspec

from guildhall.core.identity.api_tokens.actions import demo_token
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.realtime.server import SCOPE as LIVE
from guildhall.db.pool import Database, Transaction
from guildhall.errors import Misconfigured
from guildhall.pack import Demo
from guildhall.packs.realm.access.api.parameters import GAME, READ, WRITE
from guildhall.packs.realm.sandbox import Player, Stage
from guildhall.packs.realm.seed.actions import BROM, RESIDENTS, THALIA, find_server
from guildhall.packs.realm.seed.queries import accounts_there, channel_named, server_name
from guildhall.packs.realm.settings import RealmSettings

_CHANNELS = ("general", "looking-for-group")
"""The channels in which the sandbox's people talk."""
_PLAYERS = RESIDENTS[:8]
_SECONDS = aiohttp.ClientTimeout(total=10)


async def prepare(tx: Transaction, settings: RealmSettings) -> None:
    """Do nothing: the seed has everything, so there is nothing to fetch."""


def lines(_: RealmSettings) -> Sequence[str]:
    """Return no lines: a realm shows nothing to people who are not signed in."""
    return ()


async def hints(db: Database, settings: RealmSettings, identity: IdentitySettings, keyed: KeyedHash) -> Sequence[str]:
    """Tokens of two people and what to do with them; the sandbox's game server begins to play."""
    async with db.write() as tx:
        server = await find_server(tx)
        name = shlex.quote(await server_name.one(tx, server))
        channels = [await channel_named.one(tx, server, channel) for channel in _CHANNELS]
        thalia = await demo_token(tx, keyed, THALIA.id, READ, WRITE, LIVE, GAME)
        brom = await demo_token(tx, keyed, BROM.id, READ, WRITE, LIVE)
        if settings.sandbox_url is not None:
            game = await demo_token(tx, keyed, THALIA.id, GAME)
            there = set(await accounts_there.many(tx, [one.id for one in _PLAYERS]))
            players = [
                Player(
                    one.name,
                    None if one in (THALIA, BROM) else await demo_token(tx, keyed, one.id, WRITE),
                    one.role,
                    one.class_,
                )
                for one in _PLAYERS
                if one.id in there
            ]  # those two speak by whoever looks at the demo
    if settings.sandbox_url is not None:
        await _play(settings.sandbox_url, Stage(identity.public_url.rstrip("/"), server, game, players, channels))
    ask = f"curl -H 'Authorization: Bearer {thalia}' '{{address}}/api/v1/realm"
    chat = f"{_program()} realm chat --server {name} --channel general --url {{address}}"
    return (
        f"{ask}/servers/{server}/live?limit=3'",
        f"{ask}/servers/{server}/raids?active=true'",
        f"{ask}/servers/{server}/search?q=moonblade'",
        "Two people who chat, each in a terminal (then /raid in one of them):",
        f"GUILDHALL_TOKEN={thalia} {chat}",
        f"GUILDHALL_TOKEN={brom} {chat}",
    )


def _program() -> str:
    """The command as it can be typed in this folder."""
    beside = Path(sys.executable).with_name("guildhall")
    return os.path.relpath(beside) if beside.is_relative_to(Path.cwd()) else str(beside)


async def _play(sandbox: str, stage: Stage) -> None:
    """Start the sandbox's game server. Raises Misconfigured if it does not answer."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_SECONDS) as session,
            session.put(f"{sandbox}/_sandbox/stage", data=msgspec.json.encode(stage)) as answer,
        ):
            answer.raise_for_status()
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Misconfigured(f"The sandbox's game server at {sandbox} does not answer: {error}.") from error


DEMO = Demo(prepare, lines, hints=hints)
