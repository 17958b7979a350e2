"""Real recorded OpenDota answers, served as they are where their folder exists."""

import logging
from pathlib import Path
from typing import Any

import msgspec

from guildhall.packs.dota2.sandbox.constants import balanced
from guildhall.packs.dota2.sandbox.games import Game
from guildhall.packs.dota2.sandbox.totals import JsonObject

RECORDED_PLAYER = 101695162
"""The account id whose real answers of 2018 the recordings hold."""

RECORDED_ENDPOINTS = frozenset(
    {"", "wl", "recentMatches", "heroes", "counts", "ratings", "rankings", "totals", "peers"}
)
_ANSWERS = "odota_web_cachedAjax"
_FILES = {
    "distributions": "distributions_.json",
    "heroStats": "heroStats_.json",
    "proMatches": "proMatches_.json",
    "publicMatches": "publicMatches_mmr_descending=1.json",
}
_log = logging.getLogger(__name__)


class RecordedPersona(msgspec.Struct, frozen=True):
    """The recorded player, as a search result shows them."""

    account_id: int
    personaname: str | None
    avatarfull: str | None


class _RecordedProfile(msgspec.Struct):
    profile: RecordedPersona


class Recordings:
    """The recorded bodies below a folder, each read once when first asked for.

    `withheld` names bodies ("heroStats", "publicMatches" …) to be answered by the synthetic world instead:
    the recorded ones are old and lack fields that today's server sends.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder if folder is not None and folder.is_dir() else None
        self._bodies: dict[str, bytes] = {}
        self._rows: list[tuple[Game, JsonObject]] | None = None
        self.withheld: frozenset[str] = frozenset()
        if folder is not None and self._folder is None:
            _log.warning("no recordings at %s", folder)

    @property
    def names(self) -> frozenset[str]:
        """The recordings that may be withheld."""
        return frozenset(_FILES)

    def constants(self, resource: str) -> bytes | None:
        """A dotaconstants resource, byte for byte."""
        if not resource.replace("_", "").isalnum():
            return None
        return self._read(f"dotaconstants/build/{resource}.json")

    def shared(self, name: str) -> bytes | None:
        """The recorded distributions, heroStats, proMatches or publicMatches."""
        return None if name in self.withheld else self._read(f"{_ANSWERS}/{_FILES[name]}")

    def match(self, match_id: int) -> bytes | None:
        """A recorded body of /matches/{id}."""
        return self._read(f"{_ANSWERS}/matches_{match_id}_.json")

    def player(self, endpoint: str) -> bytes | None:
        """A recorded body of the recorded player; `endpoint` is the last path segment, "" for the profile."""
        if endpoint not in RECORDED_ENDPOINTS:
            return None
        separator = "_" if endpoint else ""
        return self._read(f"{_ANSWERS}/players_{RECORDED_PLAYER}{separator}{endpoint}_.json")

    def persona(self) -> RecordedPersona | None:
        """The recorded player's name and picture."""
        body = self.player("")
        return None if body is None else msgspec.json.decode(body, type=_RecordedProfile).profile

    def matches(self) -> list[tuple[Game, JsonObject]] | None:
        """All recorded matches of the recorded player, newest first: the row as read, and as it was sent.

        The significance rule is applied to the row alone: OpenDota's own totals of these matches, 3,747 wins
        and 2,328 losses, count those where the player chose no hero.
        """
        if self._rows is None:
            body = self._read(f"{_ANSWERS}/players_{RECORDED_PLAYER}_matches_significant=0.json")
            if body is None:
                return None
            sent: list[dict[str, Any]] = msgspec.json.decode(body)
            rows = [(msgspec.convert(row, Game), row) for row in sent]
            for game, _ in rows:
                game.significant = balanced(game.game_mode, game.lobby_type, game.radiant_win, game.duration)
            self._rows = sorted(rows, key=lambda row: -row[0].match_id)
        return self._rows

    def _read(self, name: str) -> bytes | None:
        body = self._bodies.get(name)
        if body is None and self._folder is not None and (path := self._folder / name).is_file():
            body = self._bodies[name] = path.read_bytes()
        return body
