"""Players on the boards of the core: set with their rows, taken off with them."""

from guildhall.core.upstream.routes import Given
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.opendota.schemas import GivenHero, GivenWinLoss
from guildhall.packs.dota2.players import actions as players_actions
from tests.packs.dota2 import make

BOARDS = "/api/v1/boards"


async def members(guildhall, board: str) -> list[str]:
    answer = await guildhall.get(f"{BOARDS}/{board}")
    assert answer.status == 200, answer.body
    return [row["member"] for row in answer.json["items"]]


async def test_players_are_on_the_boards_of_the_core_with_their_ranks(guildhall, jobs_db):
    async with jobs_db.write() as tx:
        for account, (tier, mmr) in {1: (54, 3000.5), 12: (80, 6000.0), 3: (80, 5000.25)}.items():
            await make.save_player(tx, account, rank_tier=tier, computed_mmr=mmr, leaderboard_rank=None)
        await players_actions.save_winloss(tx, AccountId(3), Given(GivenWinLoss(10, 5), tx.now, b""))
        heroes = [GivenHero(14, games=8, win=4), GivenHero(15, games=0, win=0, with_games=3)]
        await players_actions.save_heroes(tx, AccountId(3), Given(heroes, tx.now, b""))

    second = (await guildhall.get(f"{BOARDS}/dota2.mmr/members/3?around=1")).json

    assert await members(guildhall, "dota2.rank") == ["3", "12", "1"]
    assert await members(guildhall, "dota2.win_rate") == ["3"]
    assert await members(guildhall, "dota2.hero:14") == ["3"]
    assert await members(guildhall, "dota2.hero:15") == []
    assert [(row["rank"], row["member"], row["score"]) for row in second["items"]] == [
        (1, "12", "6000"), (2, "3", "5000.25"), (3, "1", "3000.5"),
    ]  # fmt: skip


async def test_a_player_who_loses_a_figure_or_is_forgotten_leaves_the_boards(guildhall, jobs_db):
    async with jobs_db.write() as tx:
        for account in (1, 2):
            await make.save_player(tx, account, rank_tier=54, computed_mmr=3000.0)
            await players_actions.save_winloss(tx, AccountId(account), Given(GivenWinLoss(1, 1), tx.now, b""))
            hero = GivenHero(14, games=2, win=1)
            await players_actions.save_heroes(tx, AccountId(account), Given([hero], tx.now, b""))
    async with jobs_db.write() as tx:
        await make.save_player(tx, 1, rank_tier=None, computed_mmr=None)
        await players_actions.forget_player(tx, AccountId(2))

    assert await members(guildhall, "dota2.rank") == []
    assert await members(guildhall, "dota2.mmr") == []
    assert await members(guildhall, "dota2.win_rate") == await members(guildhall, "dota2.hero:14") == ["1"]
