"""Reviews of builds: one of each person, verified by the server alone, counted into a rating."""

import asyncio
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.poe2.opinions.messages import AddUpRatings, VerifyReviews
from guildhall.packs.poe2.opinions.rules.ratings import lower_bound
from tests.packs.poe2.builds.world import BUILDS, edit, made_build

REPORTS = "/api/v1/poe2/opinion-reports"


def at(build, what: str) -> str:
    """An address below a build."""
    return f"{BUILDS}/{build['short_id']}/{what}"


async def seen(guildhall, person, build, **change):
    """Store that a character of somebody was seen at the game: of the build's class, level and league."""
    found = {name: build[name] for name in ("class", "ascendancy", "level", "league")} | change
    await guildhall.execute(
        """
        insert into poe2.accounts (user_id, sub, poe_account_name, scopes, access_expires_at, refresh_expires_at,
            linked_at, signed_in_at, refreshed_at)
        values ($1, gen_random_uuid(), 'A' || $1::uuid::text, '{}', now(), now(), now(), now(), now())
        on conflict do nothing
        """,
        person.id,
    )  # fmt: skip
    await guildhall.execute(
        """
        with character as (
            insert into poe2.characters (id, user_id, game_id, name, class, level, experience, watched, watched_at)
            values (gen_random_uuid(), $1, gen_random_uuid()::text, 'Seen', $2, $4, 0, true, now()) returning id
        )
        insert into poe2.character_leagues (id, character, user_id, league, class, ascendancy, private_league, level,
            experience, first_seen_at, last_seen_at)
        select gen_random_uuid(), id, $1, coalesce($5, ''), $2, coalesce($3, ''), false, $4, 0, now(), now()
        from character
        """,
        person.id, found["class"], found["ascendancy"], found["level"], found["league"],
    )  # fmt: skip


async def test_a_review_is_verified_by_the_character_that_the_game_has_shown(guildhall):
    ana, bo, cyd = [await guildhall.sign_in(name=name) for name in ("Ana", "Bo", "Cyd")]
    build = await made_build(ana, 1, league="Runes of Aldur")
    await seen(guildhall, bo, build, level=min(100, build["level"]))
    for change in ({"level": build["level"] - 1}, {"league": "Another"}, {"class": "Another"}, {"ascendancy": "Other"}):
        await seen(guildhall, cyd, build, **change)

    verified = (await bo.put(at(build, "review"), json={"rating": 5})).json["is_verified_clear"]
    other = (await cyd.put(at(build, "review"), json={"rating": 5})).json["is_verified_clear"]
    await seen(guildhall, cyd, build)
    await guildhall.work(VerifyReviews())
    later = (await cyd.get(at(build, "review"))).json["is_verified_clear"]
    figures = (await guildhall.get(at(build, "opinions"))).json

    assert (verified, other, later) == (True, False, True)
    assert (figures["reviews"], figures["verified"]) == (2, 2)
    assert len(await guildhall.items(at(build, "reviews") + "?verified=true")) == 2


async def test_each_person_reviews_a_build_once_and_writes_it_anew(guildhall):
    ana, bo = await guildhall.sign_in(name="Ana"), await guildhall.sign_in(name="Bo")
    build = await made_build(ana, 1)

    first = await bo.put(at(build, "review"), json={"rating": 2, "review": "  Dies a lot.  "})
    again = await bo.put(at(build, "review"), json={"rating": 4})
    (listed,) = await guildhall.items(at(build, "reviews"))
    own = await bo.get(at(build, "review"))

    assert (first.status, first.json["review"], first.json["author"]) == (200, "Dies a lot.", "Bo")
    assert again.json["id"] == first.json["id"] == listed["id"] == own.json["id"]
    assert (listed["rating"], listed["review"], listed["is_verified_clear"]) == (4, None, False)
    assert [one["rating"] for one in await bo.items("/api/v1/poe2/me/reviews")] == [4]
    assert (await bo.delete(at(build, "review"))).status == 204
    assert (await bo.delete(at(build, "review"))).code == "poe2.review_not_found"
    assert (await bo.get(at(build, "review"))).code == "poe2.review_not_found"
    assert await guildhall.items(at(build, "reviews")) == []


async def test_an_author_does_not_review_their_own_and_strangers_are_asked_who_they_are(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)

    own = await ana.put(at(build, "review"), json={"rating": 5})
    stranger = await guildhall.put(at(build, "review"), json={"rating": 5})

    assert (own.status, own.code) == (409, "poe2.own_build_reviewed")
    assert stranger.status == 401


@pytest.mark.parametrize(
    "body", [{"rating": 0}, {"rating": 6}, {"rating": 4.5}, {"rating": "five"}, {}, {"rating": 5, "x": 1}]
)
async def test_a_rating_is_one_to_five(guildhall, body):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)

    assert (await bo.put(at(build, "review"), json=body)).status == 400


async def test_what_people_say_of_themselves_verifies_nothing(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)

    claimed = await bo.put(at(build, "review"), json={"rating": 5, "is_verified_clear": True})

    assert claimed.status == 400


async def test_reviews_of_what_is_not_shared_are_not_seen(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)
    await bo.put(at(build, "review"), json={"rating": 5})
    await edit(ana, build, visibility="draft")

    listed, figures = await guildhall.get(at(build, "reviews")), await guildhall.get(at(build, "opinions"))
    (own,) = await bo.items("/api/v1/poe2/me/reviews")

    assert (listed.status, figures.status) == (404, 404)
    assert (own["short_id"], own["title"], own["rating"]) == (None, None, 5)
    assert (await bo.put(at(build, "review"), json={"rating": 1})).status == 404


async def test_the_figures_are_those_of_the_list(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)
    people = [await guildhall.sign_in() for _ in range(6)]
    ratings = [5, 4, 4, 1, 3, 5]
    for person, rating in zip(people, ratings, strict=True):
        await person.put(at(build, "review"), json={"rating": rating})
    await people[0].put(at(build, "review"), json={"rating": 2})
    await people[3].delete(at(build, "review"))

    figures = (await guildhall.get(at(build, "opinions"))).json
    listed = [one["rating"] for one in await guildhall.items(at(build, "reviews") + "?limit=2")]
    await guildhall.work(AddUpRatings())
    (stored,) = await guildhall.rows("select reviews, rating_sum, lower_bound from poe2.build_ratings")

    assert sorted(listed) == [2, 3, 4, 4, 5]
    assert (figures["reviews"], figures["average"], figures["ratings"]) == (5, mean(listed), [0, 1, 1, 2, 1])
    assert (stored["reviews"], stored["rating_sum"]) == (5, sum(listed))
    assert stored["lower_bound"] == pytest.approx(lower_bound(5, sum(listed))) == pytest.approx(figures["lower_bound"])
    assert [one["rating"] for one in await guildhall.items(f"{at(build, 'reviews')}?rating=4")] == [4, 4]


async def test_many_at_once_lose_no_review_and_leave_one_of_each(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)
    people = [await guildhall.sign_in() for _ in range(4)]

    answers = await asyncio.gather(
        *(one.put(at(build, "review"), json={"rating": 1 + n % 5}) for n in range(5) for one in people)
    )
    await guildhall.work(AddUpRatings())
    (stored,) = await guildhall.rows("select reviews, rating_sum from poe2.build_ratings")
    listed = await guildhall.items(at(build, "reviews"))

    assert {one.status for one in answers} == {200}
    assert (stored["reviews"], stored["rating_sum"]) == (len(listed), sum(one["rating"] for one in listed))
    assert len(listed) == 4


async def test_whoever_is_blocked_does_not_review_and_is_not_heard_of(guildhall):
    ana, bo, cyd = [await guildhall.sign_in(name=name) for name in ("Ana", "Bo", "Cyd")]
    build = await made_build(ana, 1)
    await bo.put(at(build, "review"), json={"rating": 1})
    await cyd.put(f"/api/v1/me/blocks/{bo.id}")
    await ana.put(f"/api/v1/me/blocks/{cyd.id}")

    refused = await cyd.put(at(build, "review"), json={"rating": 5})

    assert refused.status == 403
    assert await cyd.items(at(build, "reviews")) == []
    assert await bo.items(at(build, "reviews")) != []


async def test_the_author_hears_of_reviews(guildhall, outbox):
    ana, bo = await guildhall.sign_in(name="Ana"), await guildhall.sign_in(name="Bo")
    build = await made_build(ana, 1, title="Arc")
    await bo.put(at(build, "review"), json={"rating": 4, "review": "Good."})
    await bo.put(at(build, "review"), json={"rating": 5})
    await guildhall.work()

    (notice,) = (await ana.get("/api/v1/notifications")).json["items"]

    assert notice["type"] == "poe2.build_reviewed"
    assert (await bo.get("/api/v1/notifications")).json["items"] == []


async def test_moderators_take_a_review_back_and_it_counts_no_more(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    moderator = await guildhall.sign_in(role="moderator")
    build = await made_build(ana, 1)
    review = (await bo.put(at(build, "review"), json={"rating": 1, "review": "Insult"})).json
    reported = await ana.post(f"/api/v1/poe2/reviews/{review['id']}/reports", json={"reason": "Insults"})
    own = await bo.post(f"/api/v1/poe2/reviews/{review['id']}/reports", json={"reason": "Mine"})
    again = await ana.post(f"/api/v1/poe2/reviews/{review['id']}/reports", json={"reason": "Insults"})
    (listed,) = await moderator.items(REPORTS)
    answer = {"status": "resolved", "withhold": True}
    nobody = await ana.post(f"{REPORTS}/{reported.json['id']}/answer", json=answer)
    done = await moderator.post(f"{REPORTS}/{reported.json['id']}/answer", json=answer)
    twice = await moderator.post(f"{REPORTS}/{reported.json['id']}/answer", json=answer)
    unknown = await moderator.post(f"{REPORTS}/{build['id']}/answer", json=answer)
    await guildhall.work(AddUpRatings())

    assert (own.code, again.code, nobody.code) == ("poe2.own_opinion", "poe2.already_reported", "poe2.not_a_moderator")
    assert (listed["kind"], listed["text"]) == ("poe2.review", "Insult")
    assert (done.status, twice.code, unknown.code) == (200, "poe2.report_handled", "poe2.opinion_report_not_found")
    assert await guildhall.items(at(build, "reviews")) == []
    assert len(await bo.items(at(build, "reviews"))) == 1
    assert (await guildhall.get(at(build, "opinions"))).json["reviews"] == 0
    assert [row["reviews"] for row in await guildhall.rows("select reviews from poe2.build_ratings")] == [0]


async def test_reviews_go_with_their_account_and_are_in_its_export(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)
    await bo.put(at(build, "review"), json={"rating": 3})
    await guildhall.execute("delete from core.users where id = $1", bo.id)
    await guildhall.work(AddUpRatings())

    assert await guildhall.items(at(build, "reviews")) == []
    assert [row["reviews"] for row in await guildhall.rows("select reviews from poe2.build_ratings")] == [0]


@given(st.lists(st.integers(1, 5), max_size=60))
def test_the_lower_bound_is_below_the_average_and_rises_with_what_agrees(ratings):
    bound = lower_bound(len(ratings), sum(ratings))

    if not ratings:
        assert bound == 0
        return
    assert 1 <= bound <= mean(ratings) + 1e-9
    assert lower_bound(len(ratings) * 2, sum(ratings) * 2) >= bound - 1e-9
    assert lower_bound(len(ratings) + 1, sum(ratings) + 5) >= bound - 1e-9
