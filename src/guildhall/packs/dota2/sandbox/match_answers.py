"""Bodies of /matches/{id}, /publicMatches and /proMatches."""

from guildhall.packs.dota2.sandbox import kinds
from guildhall.packs.dota2.sandbox.constants import CLUSTER_REGION, patch_at
from guildhall.packs.dota2.sandbox.games import DIRE, Game, make_game, player_slot
from guildhall.packs.dota2.sandbox.headers import COOP_BOTS, Header
from guildhall.packs.dota2.sandbox.totals import JsonObject
from guildhall.packs.dota2.sandbox.world import Match, World
from guildhall.sandbox.dice import FULL

PAGE = 100
ANY_RANK = 99
"""An upper bound of ranks that lets all pass."""

_SCAN = 3000
_TEAMS = (
    "Ember Foxes", "Northern Lights", "Tidebreak", "Iron Lotus", "Paper Lanterns", "Black Rapids",
    "Old Growth", "Salt Flats", "Seventh Moon", "Quiet Storm", "Red Harbour", "Stone Parrots",
)  # fmt: skip
_LEAGUES = ("Harbour Masters", "Winter Invitational", "Lowland League", "Open Qualifier Series")
_ITEMS = (
    1,
    29,
    36,
    41,
    46,
    48,
    50,
    63,
    65,
    79,
    96,
    100,
    108,
    112,
    114,
    116,
    127,
    145,
    147,
    154,
    168,
    208,
    235,
)


def match(world: World, found: Match) -> JsonObject:
    """GET /matches/{id} of a match whose replay was not parsed: keys of the replay are absent."""
    header = found.header
    seats, hero_ids = world.heroes(header.match_id)
    people = {seat.place: seat.player for seat in seats}
    games = []
    for place, hero_id in enumerate(hero_ids):
        if found.game is not None and found.seats[0].place == place:
            games.append(found.game)
        elif place in people and found.game is None:
            games.append(world.lineups.game(header, people[place]))
        else:
            games.append(make_game(world.dice, header, place, hero_id, None))
    draw = world.dice.roll(kinds.STRANGERS, header.match_id, 100)
    radiant_score = sum(game.kills for game in games[:5])
    body: JsonObject = {
        "match_id": header.match_id,
        "barracks_status_dire": 63 if not header.radiant_win else 51,
        "barracks_status_radiant": 63 if header.radiant_win else 3,
        "cluster": header.cluster,
        "dire_score": sum(game.kills for game in games[5:]),
        "duration": header.duration,
        "engine": 1,
        "first_blood_time": 30 + draw[0] % 300,
        "flags": 1,
        "game_mode": header.game_mode,
        "human_players": 5 if header.lobby_type == COOP_BOTS else 10,
        "leagueid": 0,
        "lobby_type": header.lobby_type,
        "match_seq_num": header.match_id - 1_180_000_000,
        "patch": patch_at(header.start_time),
        "picks_bans": _draft(hero_ids, draw) if header.game_mode in (2, 22) else None,
        "pre_game_duration": 60 if header.game_mode == 23 else 90,
        "radiant_score": radiant_score,
        "radiant_win": header.radiant_win,
        "region": CLUSTER_REGION.get(header.cluster),
        "replay_salt": draw[1] * FULL + draw[2],
        "start_time": header.start_time,
        "tower_status_dire": 1974 if not header.radiant_win else 260,
        "tower_status_radiant": 1974 if header.radiant_win else 256,
        "version": header.version,
        "od_data": {
            "has_api": True,
            "has_gcdata": header.version is not None,
            "has_parsed": header.version is not None,
            "has_archive": False,
        },
        "players": [_line(world, header, game, people.get(place)) for place, game in enumerate(games)],
    }
    return body


def public_matches(world: World, before_id: int | None, min_rank: int, max_rank: int) -> list[JsonObject]:
    """GET /publicMatches: up to 100 below an id, newest first, by average rank where that is asked for."""
    rows: list[JsonObject] = []
    filtered = min_rank > 0 or max_rank < ANY_RANK
    for scanned, header in enumerate(world.calendar.public(_before(world, before_id), professional=False)):
        if len(rows) == PAGE or scanned == _SCAN:
            break
        if not _listed(world, header, before_id):
            continue
        rank = header.average_rank
        if filtered and (rank is None or not min_rank <= rank <= max_rank):
            continue
        hero_ids = world.lineups.heroes(header, ())
        rows.append(
            {
                "match_id": header.match_id,
                "match_seq_num": header.match_id - 1_180_000_000,
                "radiant_win": header.radiant_win,
                "start_time": header.start_time,
                "duration": header.duration,
                "lobby_type": header.lobby_type,
                "game_mode": header.game_mode,
                "avg_rank_tier": rank,
                "num_rank_tier": None if rank is None else 1 + header.match_id % 8,
                "cluster": header.cluster,
                "radiant_team": hero_ids[:5],
                "dire_team": hero_ids[5:],
            }
        )
    return rows


def pro_matches(world: World, before_id: int | None) -> list[JsonObject]:
    """GET /proMatches: up to 100 below an id, newest first."""
    rows: list[JsonObject] = []
    for header in world.calendar.public(_before(world, before_id), professional=True):
        if len(rows) == PAGE:
            break
        if not _listed(world, header, before_id):
            continue
        draw = world.dice.roll(kinds.TEAMS, header.match_id)
        radiant = draw[0] % len(_TEAMS)
        dire = (radiant + 1 + draw[1] % (len(_TEAMS) - 1)) % len(_TEAMS)
        league = draw[2] % len(_LEAGUES)
        hero_ids = world.lineups.heroes(header, ())
        games = [make_game(world.dice, header, place, hero, None) for place, hero in enumerate(hero_ids)]
        rows.append(
            {
                "match_id": header.match_id,
                "duration": header.duration,
                "start_time": header.start_time,
                "radiant_team_id": 9_000_000 + radiant,
                "radiant_name": None if draw[3] % 25 == 0 else _TEAMS[radiant],
                "dire_team_id": 9_000_000 + dire,
                "dire_name": _TEAMS[dire],
                "leagueid": 17_000 + league,
                "league_name": _LEAGUES[league],
                "series_id": 900_000 + header.start_time // 21_600,
                "series_type": draw[4] % 3,
                "radiant_score": sum(game.kills for game in games[:5]),
                "dire_score": sum(game.kills for game in games[5:]),
                "radiant_win": header.radiant_win,
                "version": header.version,
            }
        )
    return rows


def _before(world: World, before_id: int | None) -> int:
    now = int(world.clock.now())
    return now if before_id is None else min(now, world.ids.start_time(before_id) + 1)


def _listed(world: World, header: Header, before_id: int | None) -> bool:
    return header.ended_at <= world.clock.now() and (before_id is None or header.match_id < before_id)


def _draft(hero_ids: list[int], draw: tuple[int, ...]) -> list[JsonObject]:
    # Ranked All Pick lists nominated bans first, then the picks in turns.
    picks = [hero_id for pair in zip(hero_ids[:5], hero_ids[5:], strict=True) for hero_id in pair]
    bans = [1 + draw[10 + place] % 113 for place in range(8)]
    bans = [hero_id for hero_id in dict.fromkeys(bans) if hero_id not in picks and hero_id != 24]
    entries = [(False, hero_id, place % 2) for place, hero_id in enumerate(bans)]
    entries += [(True, hero_id, place % 2) for place, hero_id in enumerate(picks) if hero_id]
    return [
        {"is_pick": is_pick, "hero_id": hero_id, "team": team, "order": order}
        for order, (is_pick, hero_id, team) in enumerate(entries)
    ]


def _line(world: World, header: Header, game: Game, person: int | None) -> JsonObject:
    place = game.player_slot if game.player_slot < DIRE else game.player_slot - DIRE + 5
    draw = world.dice.roll(kinds.STRANGERS, header.match_id, place)
    bot = header.lobby_type == COOP_BOTS and place // 5 != header.seat // 5
    line: JsonObject = {"match_id": header.match_id, "player_slot": player_slot(place)}
    line |= _identity(world, person, bot, draw)
    minutes = max(1.0, header.duration / 60)
    won = header.radiant_win is not None and header.radiant_win == (place < 5)
    line |= {
        "hero_id": game.hero_id,
        "hero_variant": game.hero_variant,
        "kills": game.kills,
        "deaths": game.deaths,
        "assists": game.assists,
        "kda": (game.kills + game.assists) // (game.deaths + 1),
        "leaver_status": None if bot else game.leaver_status,
        "last_hits": game.last_hits,
        "denies": game.denies,
        "gold_per_min": game.gold_per_min,
        "xp_per_min": game.xp_per_min,
        "level": game.level,
        "net_worth": int(game.gold_per_min * minutes * 0.9),
        "gold": draw[10] % 3000,
        "gold_spent": int(game.gold_per_min * minutes * 0.8),
        "hero_damage": game.hero_damage,
        "tower_damage": game.tower_damage,
        "hero_healing": game.hero_healing,
        **{f"item_{slot}": _ITEMS[draw[11 + slot] % len(_ITEMS)] for slot in range(6)},
        **{f"backpack_{slot}": 0 for slot in range(3)},
        "item_neutral": 0,
        "party_size": game.party_size,
        "radiant_win": header.radiant_win,
        "start_time": header.start_time,
        "duration": header.duration,
        "cluster": header.cluster,
        "lobby_type": header.lobby_type,
        "game_mode": header.game_mode,
        "patch": patch_at(header.start_time),
        "region": CLUSTER_REGION.get(header.cluster),
        "isRadiant": place < 5,
        "win": int(won),
        "lose": int(not won),
        "total_gold": int(game.gold_per_min * minutes),
        "total_xp": int(game.xp_per_min * minutes),
        "kills_per_min": game.kills / minutes,
        "abandons": int((game.leaver_status or 0) >= 2),
        "benchmarks": {
            "gold_per_min": {"raw": game.gold_per_min, "pct": round(draw[20] / FULL, 4)},
            "xp_per_min": {"raw": game.xp_per_min, "pct": round(draw[21] / FULL, 4)},
            "kills_per_min": {"raw": game.kills / minutes, "pct": round(draw[22] / FULL, 4)},
            "last_hits_per_min": {"raw": game.last_hits / minutes, "pct": round(draw[23] / FULL, 4)},
            "hero_damage_per_min": {"raw": game.hero_damage / minutes, "pct": round(draw[24] / FULL, 4)},
            "hero_healing_per_min": {"raw": game.hero_healing / minutes, "pct": round(draw[25] / FULL, 4)},
            "tower_damage": {"raw": game.tower_damage, "pct": round(draw[26] / FULL, 4)},
        },
    }
    return line


def _identity(world: World, person: int | None, bot: bool, draw: tuple[int, ...]) -> JsonObject:
    """Return the identity at a seat: `account_id` is absent for the anonymous, as OpenDota leaves it out."""
    if person is not None:
        player = world.player(person)
        if player.hides:
            return {}
        return {
            "account_id": player.persona.account_id,
            "personaname": player.name,
            "name": None,
            "last_login": None,
            "rank_tier": player.rank_tier,
            "computed_mmr": round(player.mmr + 0.37, 2) if player.calibrated else None,
            "is_subscriber": False,
        }
    # 66 % of the players of public matches are anonymous (25,000 matches of April 2022).
    if bot or draw[0] < 0.66 * FULL:
        return {}
    stranger = 30_000_000 + (draw[1] * FULL + draw[2]) % 1_500_000_000
    return {} if stranger in world.index_of else {"account_id": stranger, "rank_tier": None, "is_subscriber": False}
