"""The synthetic world: its players and what each has played by now."""

from collections import OrderedDict
from collections.abc import Iterator

from msgspec import UNSET, Struct, UnsetType, field

from guildhall.packs.dota2.sandbox import kinds
from guildhall.packs.dota2.sandbox.calendar import Calendar
from guildhall.packs.dota2.sandbox.clock import iso
from guildhall.packs.dota2.sandbox.games import Game
from guildhall.packs.dota2.sandbox.headers import Header
from guildhall.packs.dota2.sandbox.lineups import Lineups, Seat
from guildhall.packs.dota2.sandbox.match_ids import MatchIds
from guildhall.packs.dota2.sandbox.options import SandboxOptions
from guildhall.packs.dota2.sandbox.personas import STEAM64_BASE, Persona
from guildhall.packs.dota2.sandbox.ranks import IMMORTAL, middle_of, tier_of
from guildhall.packs.dota2.sandbox.recordings import RECORDED_PLAYER
from guildhall.sandbox.clock import WorldClock
from guildhall.sandbox.dice import Dice

RECENT = 20
RANKED_LOBBY = 7
MMR_A_WIN = 25
# OpenDota's table of rank changes was made on 2025-12-06 (UTC) and knows nothing older.
_RATINGS_SINCE = 1_764_979_200
_ROWS_KEPT = 60_000
_LOWEST_ID, _HIGHEST_ID = 30_000_000, 1_600_000_000


class Player(Struct):
    """One player's state by now, extended as matches end.

    `ratings` are (ISO time, rank tier) of every change; `recent` the last 20 rows, newest first; `version`
    grows whenever an answer about the player may differ; `added` holds matches made by the control plane.
    """

    persona: Persona
    name: str | None
    private: bool
    calibrated: bool
    mmr: float
    leaderboard_rank: int | None
    seen_until: float
    version: int = 0
    win: int = 0
    lose: int = 0
    ratings: list[tuple[str, int]] = field(default_factory=list)
    recent: list[Game] = field(default_factory=list)
    added: list[Game] = field(default_factory=list)
    pro_name: str | None = None

    @property
    def hides(self) -> bool:
        """True if answers are empty: a professional's are not, though the profile says that the data is hidden."""
        return self.private and self.pro_name is None

    @property
    def rank_tier(self) -> int | None:
        """The medal and star of now; None while uncalibrated."""
        return tier_of(self.mmr) if self.calibrated else None


class PlayerChange(Struct, forbid_unknown_fields=True):
    """A change of a player by the control plane; absent fields stay."""

    private: bool | UnsetType = UNSET
    rank_tier: int | UnsetType | None = UNSET
    leaderboard_rank: int | UnsetType | None = UNSET
    personaname: str | UnsetType | None = UNSET
    pro_name: str | UnsetType | None = UNSET


class Match(Struct, frozen=True):
    """A match with its synthetic players; `game` is the row of one made by the control plane."""

    header: Header
    seats: tuple[Seat, ...]
    game: Game | None = None


def player_ids(options: SandboxOptions) -> list[int]:
    """Account ids (32-bit) of the synthetic players; the first n are the same for any number of them."""
    dice = Dice(options.seed)
    ids: dict[int, None] = {}
    draw = 0
    while len(ids) < options.players:
        account_id = _LOWEST_ID + dice.number(kinds.ACCOUNT_ID, draw) % (_HIGHEST_ID - _LOWEST_ID)
        draw += 1
        if account_id != RECORDED_PLAYER:
            ids[account_id] = None
    return list(ids)


class World:
    """All synthetic players; everything is made when first asked for.

    A player's small state (totals, the last 20 rows) stays in memory, full histories only for the most
    recently used players, 60,000 rows in all.
    """

    def __init__(self, options: SandboxOptions, clock: WorldClock) -> None:
        self.clock = clock
        self.dice = Dice(options.seed)
        self.account_ids = player_ids(options)
        self.index_of = {account_id: index for index, account_id in enumerate(self.account_ids)}
        self.ids = MatchIds(options.players)
        self.calendar = Calendar(self.dice, self.ids, self.account_ids, clock.epoch)
        self.lineups = Lineups(self.calendar, options.players)
        self._players: dict[int, Player] = {}
        self._rows: OrderedDict[int, list[Game]] = OrderedDict()
        self._rows_kept = 0
        self._added: dict[int, Match] = {}

    def player(self, index: int) -> Player:
        """A player as of now."""
        now = self.clock.now()
        player = self._players.get(index)
        if player is None:
            player = self._players[index] = self._make(index, now)
        elif games := sorted(self._ended(index, player.seen_until, now), key=lambda game: game.ended_at):
            self._extend(player, games, now)
        player.seen_until = now
        return player

    def games(self, index: int) -> list[Game]:
        """All of a player's rows by now, newest first, private or not."""
        player = self.player(index)
        rows = self._rows.get(index)
        if rows is None:
            until = max(player.seen_until, self.clock.epoch)
            rows = [*self._before_epoch(index), *self._ended(index, self.clock.epoch, until), *player.added]
            self._keep(index, rows)
        self._rows.move_to_end(index)
        return rows

    def last_start(self, index: int) -> int | None:
        """Return when a player's last match before the epoch or after it began; cheap, for search results."""
        player = self._players.get(index)
        if player is not None and player.recent:
            return player.recent[0].start_time
        starts = self.calendar.past(index).starts
        return starts[-1] if starts else None

    def match(self, match_id: int) -> Match | None:
        """Return a match that has ended by now; None if there is none."""
        if match_id in self._added:
            return self._added[match_id]
        if not self.calendar.exists(match_id, self.clock.now()):
            return None
        header = self.calendar.header(match_id)
        return Match(header, self.lineups.seats(header))

    def heroes(self, match_id: int) -> tuple[tuple[Seat, ...], list[int]]:
        """Seats and the ten heroes of a match that is known to exist."""
        added = self._added.get(match_id)
        if added is None:
            header = self.calendar.header(match_id)
            seats = self.lineups.seats(header)
            return seats, self.lineups.heroes(header, seats)
        heroes = self.lineups.heroes(added.header, added.seats)
        if added.game is not None:
            place, hero_id = added.seats[0].place, added.game.hero_id
            if hero_id in heroes:
                heroes[heroes.index(hero_id)] = heroes[place]
            heroes[place] = hero_id
        return added.seats, heroes

    def add(self, index: int, match: Match) -> None:
        """A match made by the control plane, with its row: it is in every answer from now on."""
        if match.game is None:
            raise ValueError("a match to add needs its row")
        player = self.player(index)
        self._added[match.header.match_id] = match
        player.added.append(match.game)
        self._extend(player, [match.game], self.clock.now())

    def taken(self, match_id: int) -> bool:
        """Return whether a match with this id has been made by the control plane or played."""
        return match_id in self._added or self.calendar.exists(match_id, self.clock.now())

    def change(self, index: int, change: PlayerChange) -> Player:
        """Change a player; ValueError for a rank tier that does not exist."""
        player = self.player(index)
        if change.rank_tier is not UNSET:
            before = player.rank_tier
            if change.rank_tier is not None:
                try:
                    player.mmr = middle_of(change.rank_tier)
                except KeyError:
                    raise ValueError(f"rank_tier {change.rank_tier} does not exist") from None
            player.calibrated = change.rank_tier is not None
            if player.calibrated and player.rank_tier != before:
                self._rate(player, self.clock.now())
        if change.private is not UNSET:
            player.private = change.private
        if change.leaderboard_rank is not UNSET:
            player.leaderboard_rank = change.leaderboard_rank
        if change.personaname is not UNSET:
            player.name = change.personaname
        if change.pro_name is not UNSET:
            player.pro_name = change.pro_name
        player.version += 1
        return player

    def names(self) -> Iterator[tuple[int, str]]:
        """Index and persona name of everyone who has one."""
        for index in range(len(self.account_ids)):
            known = self._players.get(index)
            name = known.name if known else self.calendar.persona(index).name
            if name:
                yield index, name

    def _make(self, index: int, now: float) -> Player:
        persona = self.calendar.persona(index)
        player = Player(
            persona=persona,
            name=persona.name,
            private=persona.private,
            calibrated=persona.rank_tier is not None,
            mmr=persona.mmr,
            leaderboard_rank=persona.leaderboard_rank,
            seen_until=now,
        )
        past = self._before_epoch(index)
        live = list(self._ended(index, self.clock.epoch, now))
        # Walked forwards from the rating that leads to the persona's at the epoch.
        player.mmr -= sum(_mmr_change(game) for game in past)
        self._extend(player, sorted([*past, *live], key=lambda game: game.ended_at), now)
        self._keep(index, [*past, *live])
        return player

    def _before_epoch(self, index: int) -> list[Game]:
        persona = self.calendar.persona(index)
        headers = list(self.calendar.started(index))
        if persona.captain != index:
            headers += self.lineups.joined_before_epoch(index, persona.captain)
        return [self.lineups.game(header, index) for header in headers]

    def _ended(self, index: int, after: float, until: float) -> Iterator[Game]:
        persona = self.calendar.persona(index)
        for header in self.calendar.live(index, after, until):
            yield self.lineups.game(header, index)
        if persona.captain != index:
            for header in self.lineups.joined_live(index, persona.captain, after, until):
                yield self.lineups.game(header, index)

    def _extend(self, player: Player, games: list[Game], now: float) -> None:
        """Take ended games, in the order of their end, into a player's totals."""
        for game in games:
            if game.significant:
                player.win += game.won is True
                player.lose += game.won is False
            before = tier_of(player.mmr)
            player.mmr += _mmr_change(game)
            changed = not player.ratings or tier_of(player.mmr) != before
            if player.calibrated and changed and game.ended_at >= _RATINGS_SINCE:
                self._rate(player, min(game.ended_at, now))
        player.recent = sorted([*player.recent, *games[-RECENT:]], key=_newest_first)[:RECENT]
        player.version += 1
        rows = self._rows.get(player.persona.index)
        if rows is not None:
            rows.extend(games)
            rows.sort(key=_newest_first)
            self._rows_kept += len(games)

    def _rate(self, player: Player, moment: float) -> None:
        player.ratings.append((iso(moment), tier_of(player.mmr)))

    def _keep(self, index: int, rows: list[Game]) -> None:
        rows.sort(key=_newest_first)
        self._rows[index] = rows
        self._rows_kept += len(rows)
        while self._rows_kept > _ROWS_KEPT and len(self._rows) > 1:
            _, dropped = self._rows.popitem(last=False)
            self._rows_kept -= len(dropped)


def steam32(account_id: int) -> int:
    """An account id from either form of Steam id."""
    return account_id - STEAM64_BASE if account_id >= STEAM64_BASE else account_id


def placed(player: Player) -> int | None:
    """The leaderboard rank to show: only Immortals have one."""
    return player.leaderboard_rank if player.rank_tier == IMMORTAL else None


def _mmr_change(game: Game) -> int:
    if game.lobby_type != RANKED_LOBBY or game.won is None:
        return 0
    return MMR_A_WIN if game.won else -MMR_A_WIN


def _newest_first(game: Game) -> int:
    return -game.match_id
