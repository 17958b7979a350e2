"""What is computed from the stored history, over HTTP."""

from datetime import timedelta

import pytest

from guildhall.core.upstream.routes import Given
from guildhall.packs.dota2.accounts.rules import STEAM64_OFFSET, AccountId
from guildhall.packs.dota2.opendota.schemas import GivenHero, GivenWinLoss
from guildhall.packs.dota2.players import actions as players_actions
from guildhall.packs.dota2.trends.rules import wilson_interval
from tests.packs.dota2 import make
from tests.packs.dota2.make import ANALYTICS, NOON, PROXY


async def test_rank_progression_decodes_medals_and_puts_immortal_on_top(guildhall, jobs_db):
    told = [(75, None), (80, None), (80, 12), (None, None), (11, None)]
    for day, (rank, place) in enumerate(told):
        async with jobs_db.write() as tx:
            await make.save_player(tx, 5, NOON + timedelta(days=day), rank_tier=rank, leaderboard_rank=place)

    items, pages = await make.walk(guildhall.get, f"{ANALYTICS}/players/5/rank-progression?limit=2")
    body = (await guildhall.get(f"{ANALYTICS}/players/5/rank-progression")).json

    assert pages == 3
    assert items == body["items"]
    assert [(i["rank"], i["medal"], i["stars"], i["leaderboard_rank"]) for i in items] == [
        (75, "Divine", 5, None), (80, "Immortal", None, None), (80, "Immortal", None, 12),
        (None, None, None, None), (11, "Herald", 1, None),
    ]  # fmt: skip
    assert items[1]["ordinal"] > items[0]["ordinal"] > items[4]["ordinal"]
    assert [item["date"] for item in items] == sorted(item["date"] for item in items)
    assert body["direction"] == "down"
    assert body["stars_gained"] < 0


async def test_statistics_and_streaks_are_counted_from_the_stored_matches(guildhall, jobs_db):
    results = [True, True, None, True, False, False, True, False, False, False]
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5)
        await make.save_matches(
            tx, 5,
            *(
                make.match(
                    n + 1, radiant_win=result, hero_id=1 + n % 3, game_mode=22 if n < 8 else 23, kills=n, deaths=2,
                    assists=1, start_time=int((NOON + timedelta(days=4 * n)).timestamp()),
                )
                for n, result in enumerate(results)
            ),
        )  # fmt: skip

    heroes, pages = await make.walk(guildhall.get, f"{ANALYTICS}/players/5/statistics?limit=2")
    weeks, _ = await make.walk(guildhall.get, f"{ANALYTICS}/players/5/statistics?by=week&limit=2")
    modes, _ = await make.walk(guildhall.get, f"{ANALYTICS}/players/5/statistics?by=game_mode")
    lobbies, _ = await make.walk(guildhall.get, f"{ANALYTICS}/players/5/statistics?by=lobby_type")
    streaks = (await guildhall.get(f"{ANALYTICS}/players/5/streaks")).json

    assert pages == 2
    assert [(h["group"], h["games"], h["wins"], h["losses"]) for h in heroes] == [
        ("1", 4, 3, 1), ("3", 3, 0, 2), ("2", 3, 1, 2),
    ]  # fmt: skip
    assert heroes[1]["win_rate"] == 0
    assert heroes[0]["kills"] == (0 + 3 + 6 + 9) / 4
    assert heroes[0]["kda"] == (4.5 + 1) / 2
    assert [(m["group"], m["games"]) for m in modes] == [("22", 8), ("23", 2)]
    assert [(one["group"], one["games"]) for one in lobbies] == [("7", 10)]
    assert sum(week["games"] for week in weeks) == 10
    mondays = [week["group"] for week in weeks]
    assert mondays == sorted(mondays, reverse=True)
    assert "2026-06-08" in mondays
    assert streaks == {"account_id": 5, "current": -3, "longest_win": 3, "longest_loss": 3, "matches": 10}
    bad = await guildhall.get(f"{ANALYTICS}/players/5/statistics?by=moon")
    assert (bad.status, bad.code) == (400, "bad_request")


async def test_players_are_compared_side_by_side(guildhall, sandbox):
    one, two = make.ids(sandbox)[:2]
    for account_id in (one, two):
        for rest in ("wl", "heroes", "matches"):
            await guildhall.get(f"{PROXY}/players/{account_id}/{rest}")

    answer = await guildhall.get(f"{ANALYTICS}/players/compare?ids={one},{two + STEAM64_OFFSET},{one}")
    heroes = [
        {
            h["hero_id"]
            for h in (await make.walk(guildhall.get, f"{PROXY}/players/{p}/heroes?limit=100"))[0]
            if h["games"]
        }
        for p in (one, two)
    ]
    record = (await guildhall.get(f"{PROXY}/players/{one}/wl")).json

    assert answer.status == 200
    assert [player["account_id"] for player in answer.json["players"]] == [one, two]
    assert answer.json["shared_heroes"] == sorted(heroes[0] & heroes[1])
    first = answer.json["players"][0]
    assert (first["win"], first["lose"]) == (record["win"], record["lose"])
    assert first["win_rate"] == pytest.approx(record["win"] / (record["win"] + record["lose"]))
    assert len(first["top_heroes"]) == 5


async def test_a_comparison_takes_two_to_ten_players(guildhall, sandbox):
    ids = make.ids(sandbox)[:11]
    assert len(ids) == 11

    answers = [
        await guildhall.get(f"{ANALYTICS}/players/compare?ids={text}")
        for text in ("", f"{ids[0]}", f"{ids[0]},{ids[0]}", ",".join(map(str, ids)), f"{ids[0]},", "x" * 301)
    ]
    missing = await guildhall.get(f"{ANALYTICS}/players/compare")
    unknown = await guildhall.get(f"{ANALYTICS}/players/compare?ids={ids[0]},7")
    ten = await guildhall.get(f"{ANALYTICS}/players/compare?ids={','.join(map(str, ids[:10]))}")

    assert {answer.status for answer in (*answers, missing)} == {400}
    assert (unknown.status, unknown.code) == (404, "dota2.player_not_found")
    assert (ten.status, len(ten.json["players"])) == (200, 10)


async def test_a_private_player_can_be_compared(guildhall, sandbox):
    one, two = make.ids(sandbox)[:2]
    make.change(sandbox, two, private=True)

    answer = await guildhall.get(f"{ANALYTICS}/players/compare?ids={one},{two}")

    hidden = answer.json["players"][1]
    assert (hidden["private"], hidden["win"], hidden["win_rate"], hidden["matches"]) == (True, None, None, 0)
    assert answer.json["shared_heroes"] == []


async def board(guildhall, query: str) -> list[tuple[int, float]]:
    items, _ = await make.walk(guildhall.get, f"{ANALYTICS}/leaderboards?{query}")
    return [(item["account_id"], item["score"]) for item in items]


async def test_the_board_by_rank_has_immortals_by_their_place_first(guildhall, jobs_db):
    told = {1: (54, None), 2: (80, None), 3: (80, 900), 4: (80, 2), 5: (75, None), 6: (None, None), 7: (80, 2)}
    async with jobs_db.write() as tx:
        for account_id, (rank, place) in told.items():
            await make.save_player(tx, account_id, rank_tier=rank, leaderboard_rank=place)

    whole = await board(guildhall, "by=rank&limit=100")
    by_two = await board(guildhall, "limit=2")

    assert [account_id for account_id, _ in whole] == [4, 7, 3, 2, 5, 1]
    assert by_two == whole


async def test_the_boards_by_win_rate_go_by_evidence_and_pages_lose_nobody(guildhall, jobs_db):
    records = {1: (3, 0), 2: (60, 40), 3: (600, 400), 4: (600, 400), 5: (0, 50), 6: (7, 13), 7: (333, 334), 8: (0, 0)}
    async with jobs_db.write() as tx:
        for account_id, (win, lose) in records.items():
            await players_actions.save_winloss(tx, AccountId(account_id), Given(GivenWinLoss(win, lose), tx.now, b""))
            hero = GivenHero(14, games=win + lose, win=win)
            await players_actions.save_heroes(tx, AccountId(account_id), Given([hero], tx.now, b""))

    for query in ("by=win_rate", "by=hero&hero_id=14"):
        whole = await board(guildhall, f"{query}&min_games=1&limit=100")
        for limit in (1, 2, 3):
            assert await board(guildhall, f"{query}&min_games=1&limit={limit}") == whole
        assert [account_id for account_id, _ in whole] == [4, 3, 2, 7, 1, 6, 5]
        for account_id, score in whole:
            win, lose = records[account_id]
            assert score == pytest.approx(wilson_interval(win, win + lose)[0], abs=1e-12)
        assert {one for one, _ in await board(guildhall, query)} == {2, 3, 4, 5, 6, 7}  # twenty games at least
    assert await board(guildhall, "by=hero&hero_id=15") == []


async def test_the_board_by_rating_survives_every_digit_of_a_float(guildhall, jobs_db):
    ratings = [4000.1, 4000.1000000000004, 1 / 3, 2 / 3, 1e-300, 0.1 + 0.2, 0.3, 5e15 + 1, 4000.1]
    async with jobs_db.write() as tx:
        for account_id, rating in enumerate(ratings, 1):
            await make.save_player(tx, account_id, computed_mmr=rating)

    items = await board(guildhall, "by=mmr&limit=1")

    assert items == sorted(((n, r) for n, r in enumerate(ratings, 1)), key=lambda one: (-one[1], -one[0]))


async def test_a_hero_goes_with_the_heros_board_only(guildhall):
    for query in ("by=hero", "by=rank&hero_id=1", "by=luck", "by=hero&hero_id=0", "min_games=0"):
        assert (await guildhall.get(f"{ANALYTICS}/leaderboards?{query}")).status == 400
