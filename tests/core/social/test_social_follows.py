"""Follows over HTTP: twice is once, limits, lists that are as long as their numbers, and people who go."""

import asyncio

import pytest

from guildhall.core.identity.accounts.actions import delete_account, restore, suspend
from guildhall.core.social.follows.messages import SumFollows
from guildhall.ids import uuid7
from tests.core.social.make import API, follow, make_crowd, make_people, make_person


async def numbers(product, handle, viewer=None):
    shown = (await (viewer or product).get(f"{API}/profiles/{handle}")).json
    return shown["followers"], shown["following"]


async def handles(client, path):
    return [one["person"]["handle"] for one in await client.items(f"{API}{path}?limit=2")]


async def test_following_is_idempotent_and_listed_on_both_sides(guildhall):
    anna, bert, cleo = await make_people(guildhall, ["anna", "bert", "cleo"])
    for person in (bert, cleo, cleo):
        await follow(anna, person)
    await follow(cleo, bert)

    shown = (await anna.get(f"{API}/profiles/cleo")).json
    back = (await cleo.get(f"{API}/profiles/anna")).json
    ended = [(await anna.delete(f"{API}/me/following/{cleo.id}")).status for _ in range(2)]
    removed = [(await bert.delete(f"{API}/me/followers/{cleo.id}")).status for _ in range(2)]

    assert (shown["followed_by_you"], shown["follows_you"]) == (True, False)
    assert (back["followed_by_you"], back["follows_you"]) == (False, True)
    assert (ended, removed) == ([204, 204], [204, 204])
    for side in ("following", "followers"):
        assert (await anna.delete(f"{API}/me/{side}/{uuid7()}")).code == "social.profile_not_found"
    assert await handles(anna, "/me/following") == ["bert"]
    assert await handles(bert, "/me/followers") == ["anna"]
    assert await handles(guildhall, "/profiles/bert/followers") == ["anna"]
    assert await handles(guildhall, "/profiles/anna/following") == ["bert"]
    assert await numbers(guildhall, "bert") == (1, 0)


async def test_whom_one_may_follow(guildhall):
    anna, bert = await make_person(guildhall, "anna"), await guildhall.sign_in()
    without, nobody = await guildhall.sign_in(), uuid7()

    async def code(person, other):
        return (await person.put(f"{API}/me/following/{other}")).code

    assert await code(anna, anna.id) == "social.to_yourself"
    assert await code(anna, nobody) == "social.profile_not_found"
    assert await code(anna, without.id) == "social.profile_not_found"
    assert await code(bert, anna.id) == "social.no_profile"
    await guildhall.execute("update core.users set suspended_at = now() where id = $1", bert.id)
    assert (await guildhall.put(f"{API}/me/following/{anna.id}")).status == 401
    token = await anna.token("social:read")
    assert (await token.get(f"{API}/me/following")).status == 200
    assert await code(token, bert.id) == "identity.scope_missing"


async def test_follows_are_limited_in_all_and_in_an_hour_also_at_once(start_guildhall):
    guildhall = await start_guildhall(social={"follows_most": 6, "follows_per_hour": 4})
    anna = await make_person(guildhall, "anna")
    crowd = await make_crowd(guildhall, 12)

    at_once = await asyncio.gather(*(anna.put(f"{API}/me/following/{one}") for one in crowd[:8]))
    followed = [one["person"]["user_id"] for one in await anna.items(f"{API}/me/following")]
    again = await anna.put(f"{API}/me/following/{followed[0]}")
    late = next(one for one in at_once if one.status == 429)
    await guildhall.execute("update core.user_states set follows_since = now() - interval '2 h'")
    further = [(await anna.put(f"{API}/me/following/{one}")) for one in crowd[8:]]

    assert sorted(one.status for one in at_once) == [204] * 4 + [429] * 4
    assert late.code == "social.follow_rate_limited"
    assert 0 < int(late.headers["retry-after"]) <= 3601
    assert again.status == 204
    assert [one.status for one in further] == [204, 204, 409, 409]
    assert further[2].code == "social.too_many_follows"
    assert await numbers(guildhall, "anna") == (0, 6)


async def test_one_follow_from_many_connections_is_one(guildhall):
    anna, bert = await make_people(guildhall, ["anna", "bert"])

    there = await asyncio.gather(
        *(anna.put(f"{API}/me/following/{bert.id}") for _ in range(8)),
        *(bert.put(f"{API}/me/following/{anna.id}") for _ in range(8)),
    )

    assert {one.status for one in there} == {204}
    assert await numbers(guildhall, "anna") == (1, 1)
    (states,) = await guildhall.rows("select array_agg(follows_made) as made from core.user_states")
    assert states["made"] == [1, 1]


async def test_everybody_follows_everybody_at_once(start_guildhall):
    guildhall = await start_guildhall(social={"follows_per_hour": 1000})
    people = await make_people(guildhall, [f"person{letter}" for letter in "abcdef"])
    pairs = [(one, other) for one in people for other in people if one is not other]

    answers = await asyncio.gather(*(one.put(f"{API}/me/following/{other.id}") for one, other in pairs))
    await guildhall.work(SumFollows())

    assert {one.status for one in answers} == {204}
    for letter in "abcdef":
        assert await numbers(guildhall, f"person{letter}") == (5, 5)
    assert await guildhall.rows("select from core.follow_deltas") == []
    counts = await guildhall.rows("select distinct followers, following from core.follow_counts")
    assert counts == [{"followers": 5, "following": 5}]


async def test_a_person_may_hide_their_lists(guildhall):
    anna, bert = await make_people(guildhall, ["anna", "bert"])
    await follow(anna, bert)
    await bert.put(f"{API}/me/profile", json={"handle": "bert", "hides_follows": True})

    for side in ("followers", "following"):
        denied = await anna.get(f"{API}/profiles/bert/{side}")
        assert (denied.status, denied.code) == (403, "social.follows_hidden")
        assert (await bert.get(f"{API}/profiles/bert/{side}")).status == 200
        assert (await guildhall.get(f"{API}/profiles/nobody/{side}")).code == "social.profile_not_found"
        assert (await guildhall.get(f"{API}/profiles/anna/{side}?after=nonsense")).code == "bad_cursor"
    assert await numbers(guildhall, "bert") == (1, 0)
    assert await handles(bert, "/me/followers") == ["anna"]


async def test_who_goes_or_is_suspended_is_in_no_list_and_no_number(guildhall, jobs_db):
    anna, bert, cleo, dora = await make_people(guildhall, ["anna", "bert", "cleo", "dora"])
    for one, other in ((anna, bert), (cleo, bert), (dora, bert), (bert, cleo), (anna, cleo)):
        await follow(one, other)

    async with jobs_db.write() as tx:
        await suspend(tx, cleo.id)
    without = await numbers(guildhall, "bert"), await handles(guildhall, "/profiles/bert/followers")
    ended = (await bert.delete(f"{API}/me/followers/{cleo.id}")).status
    async with jobs_db.write() as tx:
        await restore(tx, cleo.id)
    back = await numbers(guildhall, "bert"), await numbers(guildhall, "cleo")
    async with jobs_db.write() as tx:
        await suspend(tx, dora.id)
    async with jobs_db.write() as tx:
        await delete_account(tx, dora.id)
        await delete_account(tx, anna.id)
    await guildhall.work(SumFollows())

    assert without == ((2, 0), ["dora", "anna"])
    assert ended == 204
    assert back == ((2, 1), (2, 0))
    assert await numbers(guildhall, "bert") == (0, 1)
    assert await numbers(guildhall, "cleo") == (1, 0)
    assert await guildhall.rows("select from core.follow_deltas") == []


async def test_follows_during_a_suspension_leave_the_numbers_right(guildhall, jobs_db):
    anna, star = await make_people(guildhall, ["anna", "star"])
    crowd = await make_crowd(guildhall, 30)
    await guildhall.execute(
        "insert into core.user_follows (follower_id, following_id) select u, $2 from unnest($1::uuid[]) u",
        crowd,
        star.id,
    )

    async def blink():
        for _ in range(5):
            async with jobs_db.write() as tx:
                await suspend(tx, anna.id)
            async with jobs_db.write() as tx:
                await restore(tx, anna.id)

    async def flap():
        for number in range(20):
            word = "insert into core.user_follows (follower_id, following_id) values ($1, $2) on conflict do nothing"
            if number % 2:
                word = "delete from core.user_follows where follower_id = $1 and following_id = $2"
            await guildhall.execute(word, anna.id, star.id)

    async def total():
        for _ in range(6):
            await guildhall.work(SumFollows())

    await asyncio.gather(blink(), flap(), total())

    assert await numbers(guildhall, "star") == (30, 0)
    assert await numbers(guildhall, "anna") == (0, 0)


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_lists_are_whole_whatever_the_page(guildhall, size):
    await make_person(guildhall, "star")
    crowd = await make_crowd(guildhall, 40)
    await guildhall.execute(
        """
        insert into core.user_follows (follower_id, following_id, created_at)
        select u.id, p.user_id, now() - (u.n / 7) * interval '1 s'
        from unnest($1::uuid[]) with ordinality u (id, n), core.profiles p where p.handle = 'star'
        """,
        crowd,
    )

    found = await guildhall.items(f"{API}/profiles/star/followers?limit={size}")

    assert len(found) == len({one["person"]["user_id"] for one in found}) == 40
    assert [one["since"] for one in found] == sorted((one["since"] for one in found), reverse=True)
