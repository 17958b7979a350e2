"""Boards over HTTP: ranks, pages, what is around me, and who is on no board."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from guildhall.clock import SetClock
from guildhall.core.boards.messages import CloseWeeks, DropLists
from guildhall.testing.product import Product
from tests.core.boards import make
from tests.core.boards.arcade import ITEMS, POINTS, TIMES, open_arcade

BOARDS = "/api/v1/boards"
WEDNESDAY = datetime(2026, 7, 8, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(WEDNESDAY)


@pytest.fixture
async def arcade(clone, clock) -> AsyncIterator[Product]:
    async with open_arcade(clone, clock) as product:
        yield product


async def people_with_points(arcade, clock, *points: int):
    """People who got points, one after the other."""
    people = [await arcade.sign_in(name=f"p{n}") for n in range(len(points))]
    for person, one in zip(people, points, strict=True):
        clock.advance(timedelta(seconds=1))
        assert (await person.post("/api/v1/arcade/points", json={"score": str(one)})).status == 201
    return people


async def test_boards_are_listed_page_by_page(arcade):
    first = await arcade.get(f"{BOARDS}?limit=2")
    second = await arcade.get(f"{BOARDS}?limit=2&after={first.json['next']}")

    assert [board["name"] for board in first.json["items"]] == ["arcade.items", "arcade.points"]
    assert second.json == {
        "items": [
            {
                "name": "arcade.times", "title": "Best times", "order": "ascending", "tie_break": "declared",
                "windows": ["league", "season", "all"], "subjects": True, "accounts": False,
            }
        ],
        "next": None,
    }  # fmt: skip


async def test_a_board_has_ranks_scores_and_times_and_pages_go_on_behind_the_last(arcade, clock):
    people = await people_with_points(arcade, clock, 5, 9, 5, 1)

    whole = (await arcade.get(f"{BOARDS}/arcade.points")).json
    pages = []
    after: str | None = ""
    while after is not None:
        page = (await arcade.get(f"{BOARDS}/arcade.points?limit=1{after}")).json
        pages += page["items"]
        after = f"&after={page['next']}" if page["next"] else None

    order = [people[n] for n in (1, 0, 2, 3)]  # of the two with five points the first was earlier
    assert [row["member"] for row in whole["items"]] == [str(person.id) for person in order]
    assert [(row["rank"], row["score"]) for row in whole["items"]] == [(1, "9"), (2, "5"), (3, "5"), (4, "1")]
    assert whole["items"][0]["reached_at"] == "2026-07-08T12:00:02Z"
    assert (whole["size"], whole["window"]["kind"], whole["window"]["key"]) == (4, "all", None)
    assert pages == whole["items"]


async def test_a_board_without_scores_is_empty(arcade):
    for query in ("", "?window=week"):
        answer = await arcade.get(f"{BOARDS}/arcade.points{query}")
        assert (answer.status, answer.json["items"], answer.json["size"]) == (200, [], 0)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("arcade.nothing", "boards.board_not_found"),
        ("arcade.times", "boards.board_not_found"),  # it has subjects
        ("arcade.points:1", "boards.board_not_found"),
        ("arcade.points?window=league", "boards.window_not_found"),
        ("arcade.points?window=week&key=2026-W01", "boards.window_not_found"),
        ("arcade.times:oval?window=league&key=none", "boards.window_not_found"),
        ("arcade.points/members/nobody", "boards.not_on_board"),
        ("arcade.items/members/nobody", "boards.not_on_board"),
        ("arcade.nothing/members/nobody", "boards.board_not_found"),
        ("arcade.nothing/windows", "boards.board_not_found"),
    ],
)
async def test_what_is_not_there_is_a_404(arcade, clock, path, code):
    await people_with_points(arcade, clock, 1)

    answer = await arcade.get(f"{BOARDS}/{path}")

    assert (answer.status, answer.code) == (404, code)


async def test_bad_parameters_are_a_400(arcade):
    for path in (
        "arcade.points?window=year", "arcade.points?limit=0", "arcade.points?limit=101", "arcade.points?after=x",
        "arcade.points/members/a%20b", "arcade.points/members/x?around=51", f"arcade.points?key={'k' * 101}",
    ):  # fmt: skip
        assert (await arcade.get(f"{BOARDS}/{path}")).status == 400, path


async def test_around_me_are_my_neighbours(arcade, clock):
    people = await people_with_points(arcade, clock, 50, 40, 30, 20, 10)

    mine = (await people[2].get(f"{BOARDS}/arcade.points/around-me?around=1")).json
    last = (await people[4].get(f"{BOARDS}/arcade.points/around-me?around=2")).json
    theirs = (await arcade.get(f"{BOARDS}/arcade.points/members/{people[0].id}?around=1")).json
    alone = (await arcade.get(f"{BOARDS}/arcade.points/members/{people[0].id}")).json
    stranger = await (await arcade.sign_in()).get(f"{BOARDS}/arcade.points/around-me")
    nobody = await arcade.get(f"{BOARDS}/arcade.points/around-me")

    assert [row["rank"] for row in mine["items"]] == [2, 3, 4]
    assert mine["standing"] == mine["items"][1]
    assert (mine["standing"]["member"], mine["standing"]["score"], mine["size"]) == (str(people[2].id), "30", 5)
    assert [row["rank"] for row in last["items"]] == [3, 4, 5]
    assert [row["rank"] for row in theirs["items"]] == [1, 2]
    assert [row["rank"] for row in alone["items"]] == [1]
    assert (stranger.status, stranger.code) == (404, "boards.not_on_board")
    assert nobody.status == 401


async def test_around_me_on_a_board_of_things_is_my_best_one(arcade):
    ann, bert = await arcade.sign_in(), await arcade.sign_in()
    async with arcade.runtime.db.write() as tx:
        await ITEMS.set(tx, "axe", 5, user_id=ann.id)
        await ITEMS.set(tx, "bow", 7, user_id=ann.id)
        await ITEMS.set(tx, "cap", 6, user_id=bert.id)
        await ITEMS.set(tx, "dot", 9)

    mine = (await ann.get(f"{BOARDS}/arcade.items/around-me")).json
    nothing = await ann.get(f"{BOARDS}/arcade.times:oval/around-me")

    assert (mine["standing"]["member"], mine["standing"]["rank"]) == ("bow", 2)
    assert [row["member"] for row in mine["items"]] == ["dot", "bow", "cap", "axe"]
    assert nothing.code == "boards.not_on_board"


async def test_who_opts_out_is_on_no_board_and_comes_back_with_the_scores(arcade, clock):
    people = await people_with_points(arcade, clock, 3, 2, 1)
    board = f"{BOARDS}/arcade.points"

    hidden = await people[0].put("/api/v1/me/boards", json={"shown": False})
    again = await people[0].put("/api/v1/me/boards", json={"shown": False})
    without = (await arcade.get(board)).json
    mine = await people[0].get(f"{board}/around-me")
    asked = (await people[0].get("/api/v1/me/boards")).json
    await people[0].post("/api/v1/arcade/points", json={"score": "10"})
    still = (await arcade.get(board)).json
    await people[0].put("/api/v1/me/boards", json={"shown": True})
    back = (await arcade.get(board)).json

    assert (hidden.status, again.status, asked) == (200, 200, {"shown": False})
    assert [(row["rank"], row["member"]) for row in without["items"]] == [
        (1, str(people[1].id)),
        (2, str(people[2].id)),
    ]
    assert (without["size"], mine.code) == (2, "boards.not_on_board")
    assert still["items"] == without["items"]
    assert [(row["rank"], row["score"]) for row in back["items"]] == [(1, "13"), (2, "2"), (3, "1")]
    assert await make.wrong_counts(arcade.runtime.db) == []


async def test_who_is_suspended_or_deleted_is_on_no_board(arcade, clock):
    people = await people_with_points(arcade, clock, 4, 3, 2, 1)
    board = f"{BOARDS}/arcade.points"

    async def members():
        return [row["member"] for row in (await arcade.get(board)).json["items"]]

    await arcade.execute("update core.users set suspended_at = now() where id = $1", people[0].id)
    suspended = await members()
    await arcade.execute("delete from core.users where id = $1", people[1].id)
    deleted = await members()
    await arcade.execute("update core.users set suspended_at = null where id = $1", people[0].id)
    restored = await members()

    assert suspended == [str(person.id) for person in people[1:]]
    assert deleted == [str(person.id) for person in people[2:]]
    assert restored == [str(people[n].id) for n in (0, 2, 3)]
    await make.count_all(arcade.runtime.db)
    assert await make.wrong_counts(arcade.runtime.db) == []
    assert await arcade.rows("select from core.board_scores where user_id = $1", people[1].id) == []


async def test_a_week_has_a_list_of_its_own_which_closes_and_goes(arcade, clock):
    ann, bert = await people_with_points(arcade, clock, 5, 3)
    clock.advance(timedelta(weeks=1))
    bert = await arcade.sign_in(bert.id)
    await bert.post("/api/v1/arcade/points", json={"score": "4"})
    board = f"{BOARDS}/arcade.points"

    first = (await arcade.get(f"{board}?window=week&key=2026-W28")).json
    present = (await arcade.get(f"{board}?window=week")).json
    await arcade.work(CloseWeeks())
    listed = (await arcade.get(f"{board}/windows")).json["items"]
    one = (await arcade.get(f"{board}/windows?limit=1")).json
    other = (await arcade.get(f"{board}/windows?limit=2&after={one['next']}")).json

    assert [(row["member"], row["score"]) for row in first["items"]] == [(str(ann.id), "5"), (str(bert.id), "3")]
    assert [(row["member"], row["score"]) for row in present["items"]] == [(str(bert.id), "4")]
    assert present["window"]["ends_at"] == "2026-07-20T00:00:00Z"
    assert [(row["kind"], row["key"], row["closed_at"] is not None) for row in listed] == [
        ("week", "2026-W29", False), ("week", "2026-W28", True), ("all", None, False),
    ]  # fmt: skip
    assert one["items"] + other["items"] == listed

    clock.advance(timedelta(weeks=27))
    (dropped,) = await arcade.work(DropLists())
    assert dropped.result == {"lists": 1, "scores": 2}
    assert [row["key"] for row in (await arcade.get(f"{board}/windows")).json["items"]] == ["2026-W29", None]
    assert len(await arcade.rows("select from core.board_scores")) == 3


async def test_a_league_that_is_closed_takes_no_scores_and_stays(arcade):
    ann, bert = await arcade.sign_in(), await arcade.sign_in()
    await ann.put("/api/v1/arcade/times/oval/spring", json={"score": "61.25"})
    await bert.put("/api/v1/arcade/times/oval/spring", json={"score": "61.250", "tie": -1})
    worse = await bert.put("/api/v1/arcade/times/oval/spring", json={"score": "70"})
    async with arcade.runtime.db.write() as tx:
        assert await TIMES.close(tx, "league", "spring") == 1
        assert await TIMES.close(tx, "league", "spring") == 0

    late = await bert.put("/api/v1/arcade/times/oval/spring", json={"score": "60"})
    other = await bert.put("/api/v1/arcade/times/oval/summer", json={"score": "60"})
    spring = (await arcade.get(f"{BOARDS}/arcade.times:oval?window=league&key=spring")).json
    latest = (await arcade.get(f"{BOARDS}/arcade.times:oval")).json
    for_good = (await arcade.get(f"{BOARDS}/arcade.times:oval?window=all")).json

    assert (worse.json, late.status, late.code, other.status) == (False, 409, "boards.window_closed", 200)
    assert [(row["score"], row["tie"]) for row in spring["items"]] == [("61.25", -1), ("61.25", 0)]
    assert spring["window"]["closed_at"] is not None
    assert (latest["window"]["key"], [row["score"] for row in latest["items"]]) == ("summer", ["60"])
    assert [row["score"] for row in for_good["items"]] == ["60", "61.25"]


@pytest.mark.parametrize("score", ["1" * 61, "1e500", "NaN", "Infinity"])
async def test_a_score_beyond_the_bounds_is_a_400(arcade, score):
    ann = await arcade.sign_in()

    answer = await ann.post("/api/v1/arcade/points", json={"score": score})

    assert (answer.status, answer.code) == (400, "boards.bad_score")


async def test_a_board_that_changes_its_order_needs_a_new_name(arcade):
    turned = type(POINTS)("arcade.points", title="", order="ascending", windows=("all", "week"), accounts=True)
    person = await arcade.sign_in()
    async with arcade.runtime.db.write() as tx:
        await POINTS.set(tx, person.id, 1)

    with pytest.raises(ValueError, match="needs a new name"):
        async with arcade.runtime.db.write() as tx:
            await turned.set(tx, person.id, 2)
    async with arcade.runtime.db.read() as tx:
        found = await POINTS.standing(tx, person.id)
    assert found is not None
    assert found.score == 1


async def test_the_metrics_tell_who_answered(arcade):
    await arcade.get(f"{BOARDS}/arcade.points")
    async with arcade.runtime.db.write() as tx:
        await ITEMS.set(tx, "axe", 5)
    await arcade.get(f"{BOARDS}/arcade.items")

    metrics = (await arcade.get("/metrics")).body.decode()

    assert 'guildhall_boards_answers_total{by="postgresql"} 1.0' in metrics
    assert "guildhall_boards_copies_total 0.0" in metrics
