"""The start times of synthetic players' matches: sessions before the epoch, a steady rhythm after it."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from random import Random

from msgspec import Struct

from guildhall.packs.dota2.sandbox import kinds
from guildhall.packs.dota2.sandbox.headers import Header, player_header, public_header
from guildhall.packs.dota2.sandbox.match_ids import MatchIds
from guildhall.packs.dota2.sandbox.personas import Persona, make_persona
from guildhall.sandbox.clock import DAY, HOUR
from guildhall.sandbox.dice import Dice

LIVE_INTERVAL = 2400
"""Seconds between two starts of an active player after the epoch."""

_PROFESSIONAL_INTERVAL = 3 * HOUR
_PUBLIC_HISTORY = 365 * DAY
_GAMES_A_SESSION = (1, 1, 2, 2, 2, 3, 3, 4)
# Weight of each local hour for the start of a session.
_EVENING = (4, 2, 1, 1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10, 12, 14, 15, 14, 11, 7)


class Past(Struct, frozen=True, gc=False):
    """A player's matches before the epoch, ascending: match ids, unix starts and durations in seconds."""

    match_ids: "array[int]"
    starts: "array[int]"
    durations: "array[int]"


class Calendar:
    """Every match of the world by its start, computed when asked for.

    Histories are kept in a compact form (20 bytes a match); matches after the epoch are never stored.
    """

    def __init__(self, dice: Dice, ids: MatchIds, account_ids: list[int], epoch: int) -> None:
        self.dice = dice
        self.ids = ids
        self.epoch = epoch
        self._account_ids = account_ids
        self._personas: dict[int, Persona] = {}
        self._pasts: dict[int, Past] = {}
        # A live match ends before the next one starts, which the grid of ids may put off by one step.
        self._longest_live = LIVE_INTERVAL - ids.step - 60

    def persona(self, index: int) -> Persona:
        """The player at an index."""
        persona = self._personas.get(index)
        if persona is None:
            persona = make_persona(self.dice, index, self._account_ids[index])
            self._personas[index] = persona
        return persona

    def past(self, index: int) -> Past:
        """The matches that a player started before the epoch."""
        past = self._pasts.get(index)
        if past is None:
            past = self._pasts[index] = self._sessions(self.persona(index))
        return past

    def header(self, match_id: int) -> Header:
        """The match with this id, supposing that there is one."""
        stream, start_time = self.ids.stream(match_id), self.ids.start_time(match_id)
        if stream >= self.ids.professional:
            return public_header(self.dice, match_id, start_time, stream, stream == self.ids.professional)
        longest = None if start_time < self.epoch else self._longest_live
        return player_header(self.dice, self.persona(stream), match_id, start_time, longest)

    def started(self, index: int) -> Iterator[Header]:
        """A player's own matches before the epoch, ascending."""
        return map(self.header, self.past(index).match_ids)

    def live(self, index: int, after: float, until: float) -> Iterator[Header]:
        """A player's own matches after the epoch that end within `after` < end <= `until`, ascending."""
        persona = self.persona(index)
        if not persona.active:
            return
        first = self.epoch + persona.phase
        turn = max(0, int(after - first) // LIVE_INTERVAL - 1)
        while first + turn * LIVE_INTERVAL <= until:
            header = self.header(self.ids.at_or_after(index, first + turn * LIVE_INTERVAL))
            if after < header.ended_at <= until:
                yield header
            turn += 1

    def exists(self, match_id: int, now: float) -> bool:
        """Return whether a match with this id has been played by now."""
        stream = self.ids.stream(match_id)
        start_time = self.ids.start_time(match_id)
        if not now - 3 * 365 * DAY < start_time < now or self.header(match_id).ended_at > now:
            return False
        if stream == self.ids.public:
            return start_time > now - _PUBLIC_HISTORY
        if stream == self.ids.professional:
            slot = start_time // _PROFESSIONAL_INTERVAL * _PROFESSIONAL_INTERVAL
            return match_id == self.ids.at_or_after(stream, slot)
        if stream >= len(self._account_ids):
            return False
        if start_time < self.epoch:
            match_ids = self.past(stream).match_ids
            place = bisect_left(match_ids, match_id)
            return place < len(match_ids) and match_ids[place] == match_id
        until = min(now, start_time + 2 * LIVE_INTERVAL)
        return any(header.match_id == match_id for header in self.live(stream, start_time, until))

    def busy(self, index: int, start: int, end: int) -> bool:
        """Return whether a player is in a match of their own at any time from start to end."""
        if start >= self.epoch:
            return self.persona(index).active
        past = self.past(index)
        place = bisect_right(past.starts, end) - 1
        return place >= 0 and past.starts[place] + past.durations[place] >= start

    def public(self, before: int, professional: bool) -> Iterator[Header]:
        """Public or professional matches that start before a time, newest first, of the last year."""
        stream = self.ids.professional if professional else self.ids.public
        interval = _PROFESSIONAL_INTERVAL if professional else self.ids.step
        for slot in range(before // interval * interval, before - _PUBLIC_HISTORY, -interval):
            header = self.header(self.ids.at_or_after(stream, slot))
            if header.start_time < before:
                yield header

    def _sessions(self, persona: Persona) -> Past:
        # One generator a player, seeded by world and player: its draws depend on nothing else.
        rng = Random(self.dice.number(kinds.SESSIONS, persona.index))  # noqa: S311
        match_ids, starts, durations = array("q"), array("q"), array("l")
        sizes: list[int] = []
        while sum(sizes) < persona.matches:
            sizes.append(rng.choice(_GAMES_A_SESSION))
        days = sorted(rng.sample(range(1, max(persona.span_days, len(sizes)) + 1), len(sizes)), reverse=True)
        local = self.epoch // HOUR + persona.timezone
        hours = list(accumulate(_EVENING[(local + offset) % 24] for offset in range(18)))
        for day, size in zip(days, sizes, strict=True):
            # A session begins within 18 hours and lasts at most 5.9, so it ends before the next day's.
            begin = self.epoch - day * DAY + bisect_right(hours, rng.randrange(hours[-1])) * HOUR
            moment = begin + rng.randrange(0, HOUR, 60)
            for _ in range(size):
                if moment > begin + 4.5 * HOUR - self.ids.step:
                    break
                header = self.header(self.ids.at_or_after(persona.index, moment))
                match_ids.append(header.match_id)
                starts.append(header.start_time)
                durations.append(header.duration)
                moment = header.ended_at + rng.randrange(300, 900)
        return Past(match_ids, starts, durations)
