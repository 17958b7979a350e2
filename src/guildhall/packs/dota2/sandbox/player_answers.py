"""Bodies of /players/{id}/… for synthetic players."""

from collections.abc import Callable

from guildhall.packs.dota2.sandbox import kinds, totals
from guildhall.packs.dota2.sandbox.clock import iso
from guildhall.packs.dota2.sandbox.filters import ALWAYS, Company, CompanyOf, Filter, select
from guildhall.packs.dota2.sandbox.games import Game
from guildhall.packs.dota2.sandbox.totals import JsonObject
from guildhall.packs.dota2.sandbox.world import Player, World, placed
from guildhall.sandbox.dice import FULL

_AVATARS = "https://avatars.steamstatic.com"
_RECENT_COLUMNS = (
    "match_id", "player_slot", "radiant_win", "hero_id", "start_time", "duration", "game_mode", "lobby_type",
    "version", "kills", "deaths", "assists", "average_rank", "xp_per_min", "gold_per_min", "hero_damage",
    "tower_damage", "hero_healing", "last_hits", "lane", "lane_role", "is_roaming", "cluster",
    "leaver_status", "party_size", "hero_variant",
)  # fmt: skip


def avatar(player: Player, size: str = "") -> str | None:
    """Address of a player's picture; `size` is "", "_medium" or "_full". None for profiles never fetched."""
    return None if player.name is None else f"{_AVATARS}/{player.persona.avatar}{size}.jpg"


def profile(world: World, player: Player) -> JsonObject:
    """GET /players/{id}."""
    persona = player.persona
    seen = player.recent[0].ended_at if player.recent else None
    aliases = []
    if persona.former_name is not None:
        named = world.calendar.epoch - persona.span_days * 86_400
        aliases.append({"personaname": persona.former_name, "name_since": iso(named)})
    return {
        "profile": {
            "account_id": persona.account_id,
            "personaname": player.name,
            "name": player.pro_name,
            "plus": persona.plus,
            "cheese": 0,
            "steamid": str(persona.steamid),
            "avatar": avatar(player),
            "avatarmedium": avatar(player, "_medium"),
            "avatarfull": avatar(player, "_full"),
            "profileurl": f"https://steamcommunity.com/profiles/{persona.steamid}/",
            "last_login": None if seen is None or persona.index % 3 else iso(seen),
            "loccountrycode": persona.country,
            "status": None,
            "fh_unavailable": player.private,
            "is_contributor": False,
            "is_subscriber": persona.index % 40 == 7,
        },
        "rank_tier": player.rank_tier,
        "leaderboard_rank": placed(player),
        "computed_mmr": round(player.mmr + 0.37, 2) if player.calibrated else None,
        "computed_mmr_turbo": round(player.mmr * 1.05 + 0.91, 2) if persona.turbo > 0.1 else None,
        "aliases": aliases,
    }


def wl(world: World, player: Player, wanted: Filter) -> JsonObject:
    """GET /players/{id}/wl."""
    if player.hides:
        return {"win": 0, "lose": 0}
    if wanted.plain:
        return {"win": player.win, "lose": player.lose}
    return totals.win_lose(_games(world, player, wanted))


def recent_matches(world: World, player: Player, wanted: Filter) -> list[JsonObject]:
    """GET /players/{id}/recentMatches: at most 20 rows, of every mode."""
    return [] if player.hides else [_columns(game, _RECENT_COLUMNS) for game in player.recent]


def matches(world: World, player: Player, wanted: Filter) -> list[JsonObject]:
    """GET /players/{id}/matches."""
    columns = (*ALWAYS, *wanted.columns)
    return [_columns(game, columns) for game in _games(world, player, wanted)]


def heroes(world: World, player: Player, wanted: Filter) -> list[JsonObject]:
    """GET /players/{id}/heroes."""
    return totals.heroes(_games(world, player, wanted), company_of(world, player), wanted.having)


def counts(world: World, player: Player, wanted: Filter) -> JsonObject:
    """GET /players/{id}/counts."""
    return totals.counts(_games(world, player, wanted))


def sums(world: World, player: Player, wanted: Filter) -> list[JsonObject]:
    """GET /players/{id}/totals."""
    return totals.totals(_games(world, player, wanted))


def ratings(world: World, player: Player, wanted: Filter) -> list[JsonObject]:
    """GET /players/{id}/ratings: changes of the rank tier since December 2025, oldest first."""
    return [] if player.hides else [{"time": time, "rank_tier": tier} for time, tier in player.ratings]


def rankings(world: World, player: Player, wanted: Filter) -> list[JsonObject]:
    """GET /players/{id}/rankings: the player's place among a hero's players, best first."""
    rows: list[tuple[float, JsonObject]] = []
    if player.hides:
        return []
    games: dict[int, int] = {}
    for game in world.games(player.persona.index):
        if game.significant:
            games[game.hero_id] = games.get(game.hero_id, 0) + 1
    for hero_id, played in games.items():
        if played < 10:
            continue
        draw = world.dice.roll(kinds.HERO_SCORE, player.persona.index, hero_id)
        share = min(0.9999, 0.3 + player.mmr / 12_000 + 0.25 * draw[0] / FULL)
        score = 100 + player.mmr * 1.1 + played * 9.75 + draw[1] / FULL
        rows.append((share, {"hero_id": hero_id, "score": score, "percent_rank": share}))
    return [row for _, row in sorted(rows, key=lambda item: -item[0])]


def peers(world: World, player: Player, wanted: Filter) -> list[JsonObject]:
    """GET /players/{id}/peers: those met in matches, most games first; private players are hidden."""
    rows: dict[int, dict[str, int]] = {}
    me = player.persona.index
    for game in _games(world, player, wanted):
        seats, _ = world.heroes(game.match_id)
        radiant, won = game.is_radiant, game.won is True
        for seat in seats:
            if seat.player == me or world.player(seat.player).hides:
                continue
            row = rows.setdefault(seat.player, dict.fromkeys(_PEER_COLUMNS, 0))
            side = "with" if (seat.place < 5) == radiant else "against"
            row["last_played"] = max(row["last_played"], game.start_time)
            row["games"] += 1
            row["win"] += won
            row[f"{side}_games"] += 1
            row[f"{side}_win"] += won
            if side == "with":
                row["with_gpm_sum"] += game.gold_per_min
                row["with_xpm_sum"] += game.xp_per_min
    listed = sorted(rows.items(), key=lambda item: -item[1]["games"])
    return [_peer(world.player(index), row) for index, row in listed]


Builder = Callable[[World, Player, Filter], object]
BUILDERS: dict[str, Builder] = {
    "wl": wl,
    "recentMatches": recent_matches,
    "matches": matches,
    "heroes": heroes,
    "counts": counts,
    "totals": sums,
    "ratings": ratings,
    "rankings": rankings,
    "peers": peers,
}
"""The endpoints below /players/{id}, by their last path segment."""


def company_of(world: World, player: Player) -> CompanyOf:
    """Reads who else was in one of the player's matches."""
    me = player.persona.index

    def read(game: Game) -> Company:
        seats, hero_ids = world.heroes(game.match_id)
        own = next(seat.place for seat in seats if seat.player == me)
        first = own // 5 * 5
        allies = set(range(first, first + 5)) - {own}
        enemies = set(range(10)) - allies - {own}
        return Company(
            ally_heroes=frozenset(hero_ids[place] for place in allies) - {0},
            enemy_heroes=frozenset(hero_ids[place] for place in enemies) - {0},
            allies=frozenset(world.account_ids[seat.player] for seat in seats if seat.place in allies),
            enemies=frozenset(world.account_ids[seat.player] for seat in seats if seat.place in enemies),
        )

    return read


def _games(world: World, player: Player, wanted: Filter) -> list[Game]:
    if player.hides:
        return []
    games = world.games(player.persona.index)
    return select(games, wanted, world.clock.now(), company_of(world, player))


def _columns(game: Game, columns: tuple[str, ...]) -> JsonObject:
    return {name: getattr(game, name) for name in columns}


_PEER_COLUMNS = (
    "last_played", "win", "games", "with_win", "with_games", "against_win", "against_games", "with_gpm_sum",
    "with_xpm_sum",
)  # fmt: skip


def _peer(player: Player, row: dict[str, int]) -> JsonObject:
    return {
        "account_id": player.persona.account_id,
        **row,
        "personaname": player.name,
        "name": None,
        "is_contributor": False,
        "is_subscriber": False,
        "last_login": None,
        "avatar": avatar(player),
        "avatarfull": avatar(player, "_full"),
    }
