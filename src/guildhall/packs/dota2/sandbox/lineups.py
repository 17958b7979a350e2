"""Seats and heroes of a match's players."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from msgspec import Struct

from guildhall.packs.dota2.sandbox import kinds
from guildhall.packs.dota2.sandbox.calendar import Calendar
from guildhall.packs.dota2.sandbox.games import Game, make_game
from guildhall.packs.dota2.sandbox.headers import Header
from guildhall.packs.dota2.sandbox.heroes import HEROES
from guildhall.packs.dota2.sandbox.personas import PARTY
from guildhall.sandbox.dice import FULL, Dice

NOBODY = 0
"""Hero id of a seat whose player never chose."""


class Seat(Struct, frozen=True, gc=False):
    """A synthetic player in a match: their index and their place (0..9, Dire from 5)."""

    player: int
    place: int


class Lineups:
    """Seats and heroes of any match; computed from its id, never stored."""

    def __init__(self, calendar: Calendar, players: int) -> None:
        self._calendar = calendar
        self._players = players
        self._hero_ids = tuple(hero.id for hero in HEROES)
        self._odds = list(accumulate(40 + calendar.dice.roll(kinds.HERO_META, hero.id)[0] % 200 for hero in HEROES))

    @property
    def dice(self) -> Dice:
        """The world's dice."""
        return self._calendar.dice

    def seats(self, header: Header) -> tuple[Seat, ...]:
        """The synthetic players of a match, its owner first; empty for public matches."""
        if header.owner >= self._players:
            return ()
        owner = Seat(header.owner, header.seat)
        if header.owner % PARTY:
            return (owner,)
        draws = self.dice.roll(kinds.COMPANIONS, header.match_id)
        mates = range(header.owner + 1, min(header.owner + PARTY, self._players))
        return (
            owner,
            *(
                Seat(mate, _place(mate, header, draws))
                for mate in mates
                if self._joins(mate, draws, header.start_time, header.ended_at)
            ),
        )

    def joined_before_epoch(self, player: int, captain: int) -> Iterator[Header]:
        """The captain's matches before the epoch in which a player takes part, ascending."""
        past = self._calendar.past(captain)
        for match_id, start, duration in zip(past.match_ids, past.starts, past.durations, strict=True):
            if self._joins(player, self.dice.roll(kinds.COMPANIONS, match_id), start, start + duration):
                yield self._calendar.header(match_id)

    def joined_live(self, player: int, captain: int, after: float, until: float) -> Iterator[Header]:
        """The captain's matches after the epoch in which a player takes part, by their end."""
        for header in self._calendar.live(captain, after, until):
            draws = self.dice.roll(kinds.COMPANIONS, header.match_id)
            if self._joins(player, draws, header.start_time, header.ended_at):
                yield header

    def game(self, header: Header, player: int) -> Game:
        """A synthetic player's row of a match."""
        seats = self.seats(header)
        seat = next(seat for seat in seats if seat.player == player)
        chosen = self._chosen(header, seats)
        return make_game(self.dice, header, seat.place, chosen[seat.place], self._party_size(header, seats, seat))

    def heroes(self, header: Header, seats: tuple[Seat, ...]) -> list[int]:
        """The ten heroes by seat, all different; 0 where nobody chose."""
        chosen = self._chosen(header, seats)
        taken = set(chosen.values())
        draws = self.dice.roll(kinds.DRAFT, header.match_id, 1)
        heroes = []
        for place in range(10):
            hero_id = chosen.get(place)
            if hero_id is None:
                hero_id = self._free(draws[place], taken)
                taken.add(hero_id)
            heroes.append(NOBODY if place == header.unpicked else hero_id)
        return heroes

    def _chosen(self, header: Header, seats: tuple[Seat, ...]) -> dict[int, int]:
        # The synthetic players choose first, in their order, each from their own pool.
        draws = self.dice.roll(kinds.DRAFT, header.match_id)
        chosen: dict[int, int] = {}
        for seat in seats:
            hero_id = self._calendar.persona(seat.player).favourite(draws[seat.place])
            if hero_id in chosen.values():
                hero_id = self._free(draws[seat.place + 10], set(chosen.values()))
            chosen[seat.place] = NOBODY if seat.place == header.unpicked else hero_id
        return chosen

    def _free(self, draw: int, taken: set[int]) -> int:
        place = bisect_right(self._odds, draw * self._odds[-1] // FULL)
        while self._hero_ids[place] in taken:
            place = (place + 1) % len(self._hero_ids)
        return self._hero_ids[place]

    def _joins(self, player: int, draws: tuple[int, ...], start: int, end: int) -> bool:
        # One in five of the captain's matches, when they have no match of their own at the time.
        return draws[player % PARTY] % 5 == 0 and not self._calendar.busy(player, start, end)

    def _party_size(self, header: Header, seats: tuple[Seat, ...], seat: Seat) -> int | None:
        friends = sum(1 for other in seats if other.place // 5 == seat.place // 5)
        if friends > 1:
            return friends
        draw = self.dice.roll(kinds.COMPANIONS, header.match_id)[20 + seat.place]
        return None if draw % 4 == 0 else 1 + (draw % 11 == 0) + (draw % 7 == 0)


def _place(player: int, header: Header, draws: tuple[int, ...]) -> int:
    # Each companion has their own distance from the captain, so that no two share a seat.
    distance = player - header.owner
    team = header.seat // 5
    if draws[10 + distance] % 6 == 0:
        team = 1 - team
    return team * 5 + (header.seat + distance) % 5
