"""The query parameters that narrow a player's matches, as OpenDota reads them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from guildhall.packs.dota2.sandbox.constants import CLUSTER_REGION, patch_at
from guildhall.packs.dota2.sandbox.games import Game
from guildhall.sandbox.clock import DAY

ALWAYS = ("match_id", "player_slot", "radiant_win")
DEFAULT_COLUMNS = (
    "hero_id", "start_time", "duration", "game_mode", "lobby_type", "version", "kills", "deaths", "assists",
    "average_rank", "leaver_status", "party_size", "hero_variant",
)  # fmt: skip
COLUMNS = frozenset(Game.__struct_fields__) - {"significant"}


@dataclass(frozen=True)
class Company:
    """The other players of a match: allies' and opponents' heroes, and accounts by side."""

    ally_heroes: frozenset[int]
    enemy_heroes: frozenset[int]
    allies: frozenset[int]
    enemies: frozenset[int]


CompanyOf = Callable[[Game], Company]


@dataclass(frozen=True)
class Filter:
    """A parsed query: `scalars` and `company` conditions, paging, order and columns.

    A value that is no number matches nothing, as NaN does in OpenDota. `limit` None or 0 means all rows.
    """

    significant: bool = True
    scalars: dict[str, int | None] = field(default_factory=dict)
    company: dict[str, tuple[int | None, ...]] = field(default_factory=dict)
    limit: int | None = None
    offset: int = 0
    having: int | None = None
    sort: str | None = None
    columns: tuple[str, ...] = DEFAULT_COLUMNS

    @property
    def plain(self) -> bool:
        """True if the query leaves the default set of rows as it is."""
        return self == Filter()

    @property
    def moves(self) -> bool:
        """True if the answer changes with time alone."""
        return "date" in self.scalars


def parse(query_string: str) -> Filter:
    """Read a query string; unknown parameters are ignored, of a repeated scalar the first value counts."""
    values = parse_qs(query_string, keep_blank_values=True)
    first = {name: given[0] for name, given in values.items()}
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    if "project" in values:
        wanted = [name for value in values["project"] for name in value.split(",")]
        columns = tuple(dict.fromkeys(name for name in wanted if name in COLUMNS and name not in ALWAYS))
    sort = first.get("sort")
    return Filter(
        significant=_number(first.get("significant", "1")) != 0,
        scalars={name: _number(first[name]) for name in (*_SCALARS, "date") if first.get(name)},
        company={name: tuple(map(_number, values[name])) for name in _COMPANY if first.get(name)},
        limit=_number(first.get("limit", "")),
        offset=max(0, _number(first.get("offset", "")) or 0),
        having=_number(first.get("having", "")),
        sort=sort if sort in COLUMNS else None,
        columns=columns,
    )


def select(games: Iterable[Game], wanted: Filter, now: float, company_of: CompanyOf | None) -> list[Game]:
    """The rows that pass, newest first or by `sort` descending, paged.

    `company_of` is None where the other nine players are not known; conditions on them then match nothing.
    """
    rows = [game for game in games if game.significant] if wanted.significant else list(games)
    for name, value in wanted.scalars.items():
        if value is None:
            rows = []
        elif name == "date":
            oldest = now - value * DAY
            rows = [game for game in rows if game.start_time > oldest]
        else:
            read = _SCALARS[name]
            rows = [game for game in rows if read(game) == value]
    if wanted.company:
        rows = [game for game in rows if company_of and _meets(company_of(game), wanted.company)]
    if wanted.sort:
        column = wanted.sort
        rows.sort(key=lambda game: getattr(game, column) or 0, reverse=True)
    end = wanted.offset + wanted.limit if wanted.limit and wanted.limit > 0 else None
    return rows[wanted.offset : end]


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _region(game: Game) -> int | None:
    return None if game.cluster is None else CLUSTER_REGION.get(game.cluster)


_SCALARS: dict[str, Callable[[Game], int | None]] = {
    "win": lambda game: None if game.won is None else int(game.won),
    "hero_id": lambda game: game.hero_id,
    "game_mode": lambda game: game.game_mode,
    "lobby_type": lambda game: game.lobby_type,
    "is_radiant": lambda game: int(game.is_radiant),
    "patch": lambda game: patch_at(game.start_time),
    "region": _region,
    "lane_role": lambda game: game.lane_role,
    "party_size": lambda game: game.party_size,
    "leaver_status": lambda game: game.leaver_status,
}
_COMPANY: dict[str, Callable[[Company, frozenset[int | None]], bool]] = {
    "with_hero_id": lambda company, wanted: wanted <= company.ally_heroes,
    "against_hero_id": lambda company, wanted: wanted <= company.enemy_heroes,
    "with_account_id": lambda company, wanted: wanted <= company.allies,
    "against_account_id": lambda company, wanted: wanted <= company.enemies,
    "included_account_id": lambda company, wanted: wanted <= company.allies | company.enemies,
    "excluded_account_id": lambda company, wanted: not wanted & (company.allies | company.enemies),
}


def _meets(company: Company, conditions: dict[str, tuple[int | None, ...]]) -> bool:
    return all(_COMPANY[name](company, frozenset(wanted)) for name, wanted in conditions.items())
