"""Bodies of /heroes, /heroStats, /benchmarks and /distributions."""

from guildhall.packs.dota2.sandbox import kinds
from guildhall.packs.dota2.sandbox.constants import RANK_COUNTS
from guildhall.packs.dota2.sandbox.games import farm_share
from guildhall.packs.dota2.sandbox.heroes import HERO_BY_ID, HEROES
from guildhall.packs.dota2.sandbox.totals import JsonObject
from guildhall.sandbox.clock import DAY
from guildhall.sandbox.dice import FULL, Dice, bell

_WINDOW = 7
"""UTC days in /heroStats, the last of them the current, partial one."""

# Share of a day's ranked matches by medal; since May 2025 an average rank never reaches Immortal.
_MEDAL_SHARES = (0.03, 0.12, 0.23, 0.26, 0.18, 0.08, 0.04, 0.0)
_PERCENTILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def hero_list() -> list[JsonObject]:
    """GET /heroes from the built-in table."""
    return [
        {
            "id": hero.id,
            "name": hero.name,
            "localized_name": hero.localized_name,
            "primary_attr": hero.primary_attr,
            "attack_type": hero.attack_type,
            "roles": hero.roles,
        }
        for hero in HEROES
    ]


def hero_stats(dice: Dice, now: float, facts: dict[str, JsonObject]) -> list[JsonObject]:
    """GET /heroStats: dotaconstants' facts of each hero with the counters of the last seven UTC days.

    Bracket counters are sums over those days; trends are one number a day, today's growing.
    """
    today = int(now) // DAY
    elapsed = now / DAY - today
    rows = []
    for hero_id in sorted(map(int, facts)):
        public = _trend(dice, hero_id, today, elapsed, scale=220)
        turbo = _trend(dice, -hero_id, today, elapsed, scale=120)
        picks, wins = sum(public[0]), sum(public[1])
        brackets: JsonObject = {}
        for medal, share in enumerate(_MEDAL_SHARES, start=1):
            chosen = int(picks * share)
            brackets[f"{medal}_pick"] = chosen
            brackets[f"{medal}_win"] = min(chosen, int(chosen * wins / max(1, picks) * (1 + (medal - 4) / 400)))
        draw = dice.roll(kinds.HERO_META, hero_id, today)
        pro_pick = draw[0] % 14
        rows.append(
            facts[str(hero_id)]
            | {"hero_id": hero_id}
            | brackets
            | {
                "turbo_picks": sum(turbo[0]),
                "turbo_picks_trend": turbo[0],
                "turbo_wins": sum(turbo[1]),
                "turbo_wins_trend": turbo[1],
                "pro_pick": pro_pick,
                "pro_win": draw[1] % (pro_pick + 1),
                "pro_ban": draw[2] % 20,
                "pub_pick": picks,
                "pub_pick_trend": public[0],
                "pub_win": wins,
                "pub_win_trend": public[1],
            }
        )
    return rows


def benchmarks(dice: Dice, hero_id: int, bracket: int | None) -> JsonObject:
    """GET /benchmarks: percentiles of one hero's numbers per minute; null values for an unknown hero.

    Fewer deaths are a higher percentile, as at OpenDota since August 2026.
    """
    hero = HERO_BY_ID.get(hero_id)
    farm = farm_share(hero.roles) if hero else 0.0
    level = 1.0 + 0.03 * ((bracket or 4) - 4)
    middles = {
        "gold_per_min": 300 + 260 * farm,
        "xp_per_min": 430 + 190 * farm,
        "kills_per_min": 0.07 + 0.2 * farm,
        "deaths_per_min": 0.24 - 0.08 * farm,
        "assists_per_min": 0.47 - 0.22 * farm,
        "last_hits_per_min": 0.7 + 5.6 * farm,
        "denies_per_min": 0.05 + 0.2 * farm,
        "hero_damage_per_min": 250 + 480 * farm,
        "hero_healing_per_min": 60 * (1 - farm),
        "tower_damage": 300 + 3200 * farm,
    }
    spread = 0.9 + 0.2 * dice.roll(kinds.BENCHMARK, hero_id)[0] / FULL
    result: dict[str, list[JsonObject]] = {}
    for name, middle in middles.items():
        slope = -0.9 if name == "deaths_per_min" else 0.9
        result[name] = [
            {
                "percentile": percentile,
                "value": middle * level * spread * (1 + slope * (percentile - 0.5)) if hero else None,
            }
            for percentile in _PERCENTILES
        ]
    return {"hero_id": hero_id, "result": result}


def distributions() -> JsonObject:
    """GET /distributions: players by rank tier, 36 bins."""
    rows = []
    total = 0
    for tier, count in RANK_COUNTS.items():
        total += count
        rows.append({"bin": tier, "bin_name": tier, "count": count, "cumulative_sum": total})
    return {"ranks": {"rows": rows, "sum": {"count": total}}}


def _trend(dice: Dice, hero_id: int, today: int, elapsed: float, scale: int) -> tuple[list[int], list[int]]:
    """Picks and wins on each of the last seven days, oldest first."""
    base = dice.roll(kinds.HERO_META, hero_id)
    popularity = scale * (40 + base[0] % 200)
    strength = 0.5 + 0.022 * bell(*base[1:5])
    picks, wins = [], []
    for day in range(today - _WINDOW + 1, today + 1):
        draw = dice.roll(kinds.HERO_META, hero_id, day)
        # Weekends are a quarter busier; day 0 of the unix era was a Thursday.
        busy = 1.25 if day % 7 in (2, 3) else 1.0
        played = popularity * busy * (0.95 + 0.1 * draw[3] / FULL) * (elapsed if day == today else 1.0)
        drift = 0.004 * bell(*dice.roll(kinds.HERO_META, hero_id, day // 14)[4:8])
        picks.append(int(played))
        wins.append(int(played * (strength + drift)))
    return picks, wins
