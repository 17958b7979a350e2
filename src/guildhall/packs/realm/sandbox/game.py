"""The game that is played: one raid after the other, and people who say something now and then."""

import asyncio
import contextlib
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
from msgspec import Struct

_TICK = 2.0
"""Seconds between two ticks of a raid."""
_STATS_EVERY = 3
"""Ticks between two tellings of what people have done."""
_REST = (6.0, 12.0)
"""Seconds between two pulls."""
_TALK = (4.0, 12.0)
"""Seconds between two things that somebody says."""
_AGAIN = 3.0
"""Seconds until another attempt when the API does not answer."""
_SECONDS = aiohttp.ClientTimeout(total=15)
_BOSSES = ("Magmaw", "The Glass Regent", "Old Nettle", "Vharok the Drowned")
_PHASES = ((70, "the wall"), (35, "the fire"), (0, "the end"))
LINES = (
    "Nice pull", "Who needs a summon?", "brb, two minutes", "That was my potion", "LFM, bring a healer",
    "Did anybody see the sky just now?", "WTS ironbark, cheap", "Left side is clear", "How much is a moonblade today?",
    "gz!", "The bell rings again", "One more and then bed", "Can somebody open the gate?", "On my way",
)  # fmt: skip
"""Lines of the people. All of them harmless."""


class Player(Struct, frozen=True):
    """A player. One with an API token talks as well."""

    name: str
    token: str | None = None
    role: str = "dps"
    class_: str = "hunter"


class Stage(Struct, frozen=True):
    """The place of the game: the API, the server there, the game's own token, the channels, the people."""

    api: str
    server: UUID
    token: str
    players: list[Player]
    channels: Sequence[UUID] = ()


class Told(Struct):
    """The counts of events so far."""

    raids: int = 0
    ticks: int = 0
    messages: int = 0
    refused: int = 0
    last_refusal: str = ""


class Game:
    """Plays until it is stopped; a server that is away for a while is waited for."""

    def __init__(self, stage: Stage, dice: random.Random, pace: float = 1.0) -> None:
        self._stage = stage
        self._dice = dice
        self._pace = pace
        self._tasks: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None
        self.told = Told()

    async def begin(self) -> None:
        """Play."""
        self._session = aiohttp.ClientSession(timeout=_SECONDS)
        self._tasks = [
            asyncio.create_task(self._forever(self._raid), name="raids"),
            asyncio.create_task(self._forever(self._talk), name="talk"),
        ]

    async def stop(self) -> None:
        """Stop playing."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._session is not None:
            await self._session.close()

    async def _forever(self, play: Any) -> None:
        while True:
            try:
                await play()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                self._refused(f"{type(error).__name__}: {error}")
                await self._wait(_AGAIN)

    async def _wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._pace)

    def _refused(self, why: str) -> None:
        self.told.refused += 1
        self.told.last_refusal = why

    # -- raids ----------------------------------------------------------------------------------------------------

    async def _raid(self) -> None:
        """A raid from its making to its victory."""
        players = self._stage.players
        if not players:
            await self._wait(_AGAIN)
            return
        boss = _BOSSES[self.told.raids % len(_BOSSES)]
        external = f"sandbox-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        raid = {"external_id": external, "name": f"{boss} now", "boss_name": boss, "leader_name": players[0].name}
        await self._rows("raids", [raid])
        self.told.raids += 1
        totals = {one.name: {"damage_dealt": 0, "healing": 0, "deaths": 0} for one in players}
        goal = self._dice.choice((55, 30, 12))
        while True:
            await self._pull(external, goal, totals)
            if goal == 0:
                return
            goal = 0 if goal < 25 else goal - 25
            await self._wait(self._dice.uniform(*_REST))

    async def _pull(self, external: str, goal: int, totals: dict[str, dict[str, int]]) -> None:
        """Fight until the boss is down to `goal` percent; at 0 it is dead, otherwise the pull is a wipe."""
        health, ticks = 100, 0
        await self._tick(external, status="in_progress")
        while health > goal:
            await self._wait(_TICK)
            health = max(goal, health - self._dice.randrange(1, 5))
            phase = next(name for limit, name in _PHASES if health >= limit)
            await self._tick(external, health_percentage=max(health, 1), phase=phase)
            ticks += 1
            if ticks % _STATS_EVERY == 0:
                await self._stats(external, totals)
        for one in totals.values():
            one["deaths"] += 1 if goal else self._dice.randrange(2)
        await self._stats(external, totals)
        await self._tick(external, status="wipe" if goal else "victory")

    async def _tick(self, external: str, **what: object) -> None:
        await self._rows("raid-ticks", [{"external_id": external, "at": datetime.now(UTC), **what}])
        self.told.ticks += 1

    async def _stats(self, external: str, totals: dict[str, dict[str, int]]) -> None:
        rows = []
        for one in self._stage.players:
            total = totals[one.name]
            total["healing" if one.role == "healer" else "damage_dealt"] += self._dice.randrange(5_000, 40_000)
            rows.append(
                {
                    "external_id": external, "username": one.name, "at": datetime.now(UTC), "role": one.role,
                    "class": one.class_, **total,
                }
            )  # fmt: skip
        await self._rows("player-stats", rows)

    async def _rows(self, what: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Tell the API some rows. Raises aiohttp's errors."""
        body = b"\n".join(map(msgspec.json.encode, rows))
        address = f"{self._stage.api}/api/v1/realm/game/servers/{self._stage.server}/{what}"
        answer = await self._post(address, self._stage.token, body, "application/x-ndjson")
        for error in answer.get("errors", []):
            self._refused(f"{what}, line {error['line']}: {error['detail']}")

    # -- talk -----------------------------------------------------------------------------------------------------

    async def _talk(self) -> None:
        """Send a player's message to a channel."""
        await self._wait(self._dice.uniform(*_TALK))
        talkers = [one for one in self._stage.players if one.token is not None]
        if talkers and self._stage.channels:
            player, channel = self._dice.choice(talkers), self._dice.choice(self._stage.channels)
            assert player.token is not None
            body = msgspec.json.encode({"content": self._dice.choice(LINES)})
            address = f"{self._stage.api}/api/v1/realm/channels/{channel}/messages"
            answer = await self._post(address, player.token, body, "application/json")
            self.told.messages += "id" in answer

    async def _post(self, address: str, token: str, body: bytes, kind: str) -> Any:
        assert self._session is not None, "the game has not begun"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        async with self._session.post(address, data=body, headers=headers) as answer:
            text = await answer.read()
            if answer.status >= 400:
                self._refused(f"{answer.status}: {text[:200].decode('utf-8', 'replace')}")
                if answer.status in (429, 502, 503, 504):
                    raise aiohttp.ClientError(f"the API answers {answer.status}")
                return {}
            return msgspec.json.decode(text)
