"""Statistics that OpenDota computes over a player's matches: win and loss, counts, totals, heroes."""

from collections.abc import Callable, Iterable

from guildhall.packs.dota2.sandbox.constants import CLUSTER_REGION, patch_at
from guildhall.packs.dota2.sandbox.filters import CompanyOf
from guildhall.packs.dota2.sandbox.games import Game
from guildhall.packs.dota2.sandbox.heroes import HEROES

JsonObject = dict[str, object]

# Fields that only a parsed replay has, with what a player does of each in an average match.
_PARSED_TOTALS = {
    "lane_efficiency_pct": 62,
    "stuns": 21,
    "tower_kills": 1,
    "neutral_kills": 37,
    "courier_kills": 0,
    "purchase_tpscroll": 6,
    "purchase_ward_observer": 4,
    "purchase_ward_sentry": 6,
    "purchase_gem": 0,
    "purchase_rapier": 0,
    "pings": 29,
    "throw": 6100,
    "comeback": 5200,
    "stomp": 11_000,
    "loss": 10_400,
    "actions_per_min": 168,
}
_TOTALS = (
    "kills deaths assists kda gold_per_min xp_per_min last_hits denies lane_efficiency_pct duration level "
    "hero_damage tower_damage hero_healing stuns tower_kills neutral_kills courier_kills purchase_tpscroll "
    "purchase_ward_observer purchase_ward_sentry purchase_gem purchase_rapier pings throw comeback stomp "
    "loss actions_per_min"
)
_TOTAL_FIELDS = tuple(_TOTALS.split())


def win_lose(games: Iterable[Game]) -> JsonObject:
    """GET /players/{id}/wl: {win, lose}; matches without a result are in neither."""
    results = [game.won for game in games]
    return {"win": results.count(True), "lose": results.count(False)}


def counts(games: Iterable[Game]) -> JsonObject:
    """GET /players/{id}/counts: games and wins by the value of seven fields; unknown values count as 0."""
    tables: dict[str, dict[str, dict[str, int]]] = {name: {} for name in _COUNTED}
    for game in games:
        for name, read in _COUNTED.items():
            cell = tables[name].setdefault(str(read(game) or 0), {"games": 0, "win": 0})
            cell["games"] += 1
            cell["win"] += game.won is True
    # JavaScript orders integer keys by their value.
    return {name: dict(sorted(table.items(), key=lambda item: int(item[0]))) for name, table in tables.items()}


def totals(games: list[Game]) -> list[JsonObject]:
    """GET /players/{id}/totals: 29 fields with the number of matches that have it and the sum over them."""
    parsed = sum(1 for game in games if game.version is not None)
    rows: list[JsonObject] = []
    for name in _TOTAL_FIELDS:
        if name in _PARSED_TOTALS:
            rows.append({"field": name, "n": parsed, "sum": parsed * _PARSED_TOTALS[name]})
        elif name == "kda":
            total = sum((game.kills + game.assists) // (game.deaths + 1) for game in games)
            rows.append({"field": name, "n": len(games), "sum": total})
        else:
            rows.append({"field": name, "n": len(games), "sum": sum(getattr(game, name) for game in games)})
    return rows


def heroes(games: Iterable[Game], company_of: CompanyOf | None, having: int | None) -> list[JsonObject]:
    """GET /players/{id}/heroes: every hero, most played first, with games as, with and against them."""
    rows: dict[int, dict[str, int]] = {
        hero.id: dict.fromkeys(
            ("last_played", "games", "win", "with_games", "with_win", "against_games", "against_win"), 0
        )
        for hero in HEROES
    }
    for game in games:
        won = game.won is True
        if (own := rows.get(game.hero_id)) is not None:
            own["games"] += 1
            own["win"] += won
            own["last_played"] = max(own["last_played"], game.start_time)
        if company_of is None:
            continue
        company = company_of(game)
        for side, hero_ids in (("with", company.ally_heroes), ("against", company.enemy_heroes)):
            for hero_id in hero_ids:
                rows[hero_id][f"{side}_games"] += 1
                rows[hero_id][f"{side}_win"] += won
    played: list[JsonObject] = [
        {"hero_id": hero_id, **row} for hero_id, row in rows.items() if row["games"] >= (having or 0)
    ]
    played.sort(key=lambda row: -rows[int(str(row["hero_id"]))]["games"])
    return played


_COUNTED: dict[str, Callable[[Game], int | None]] = {
    "leaver_status": lambda game: game.leaver_status,
    "game_mode": lambda game: game.game_mode,
    "lobby_type": lambda game: game.lobby_type,
    "lane_role": lambda game: game.lane_role,
    "region": lambda game: None if game.cluster is None else CLUSTER_REGION.get(game.cluster),
    "patch": lambda game: patch_at(game.start_time),
    "is_radiant": lambda game: int(game.is_radiant),
}
