"""Comments on builds: threads, edits, what is deleted and what is hidden."""

import asyncio

import pytest

from tests.packs.poe2.builds.world import BUILDS, edit, made_build

COMMENTS = "/api/v1/poe2/comments"


def at(build) -> str:
    """The comments of a build."""
    return f"{BUILDS}/{build['short_id']}/comments"


async def say(person, build, content: str, answering=None):
    """Comment, or answer a comment."""
    body = {"content": content} | ({} if answering is None else {"parent_comment_id": answering["id"]})
    answer = await person.post(at(build), json=body)
    assert answer.status == 201, answer
    return answer.json


async def test_a_thread_is_read_from_its_top(guildhall):
    ana, bo = await guildhall.sign_in(name="Ana"), await guildhall.sign_in(name="Bo")
    build = await made_build(ana, 1)
    first = await say(bo, build, "Which bow?")
    second = await say(bo, build, "And which quiver?")
    answer = await say(ana, build, "The long one.", first)
    deeper = await say(bo, build, "Thanks!", answer)

    top = await guildhall.items(at(build) + "?limit=1")
    below = await guildhall.items(f"{COMMENTS}/{first['id']}/answers?limit=1")

    assert [(one["content"], one["answers"]) for one in top] == [("And which quiver?", 0), ("Which bow?", 1)]
    assert [(one["content"], one["author"], one["depth"]) for one in below] == [("The long one.", "Ana", 1)]
    assert (deeper["depth"], second["depth"]) == (2, 0)
    assert (await guildhall.get(f"{BUILDS}/{build['id']}/opinions")).json["comments"] == 4


async def test_an_edit_is_marked_and_others_may_not(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)
    comment = await say(bo, build, "Whch bow?")

    other = await ana.patch(f"{COMMENTS}/{comment['id']}", json={"content": "Mine"})
    edited = await bo.patch(f"{COMMENTS}/{comment['id']}", json={"content": "Which bow?"})
    blank = await bo.patch(f"{COMMENTS}/{comment['id']}", json={"content": " \n "})
    missing = await bo.patch(f"{COMMENTS}/{build['id']}", json={"content": "x"})

    assert (other.status, other.code) == (403, "poe2.not_your_comment")
    assert (edited.json["content"], edited.json["is_edited"]) == ("Which bow?", True)
    assert (blank.status, blank.code) == (422, "poe2.empty_text")
    assert (missing.status, missing.code) == (404, "poe2.comment_not_found")


async def test_a_deleted_comment_leaves_its_place_to_those_who_answered(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)
    comment = await say(bo, build, "A secret")
    answer = await say(ana, build, "Oh!", comment)

    gone = await bo.delete(f"{COMMENTS}/{comment['id']}")
    again = await bo.delete(f"{COMMENTS}/{comment['id']}")
    late = await ana.post(at(build), json={"content": "Still?", "parent_comment_id": comment["id"]})
    (top,) = await guildhall.items(at(build))
    (below,) = await guildhall.items(f"{COMMENTS}/{comment['id']}/answers")

    assert (gone.status, again.code, late.code) == (204, "poe2.comment_deleted", "poe2.comment_deleted")
    assert (top["content"], top["answers"], top["deleted_at"] is None) == (None, 1, False)
    assert below["id"] == answer["id"]
    assert [row["content"] for row in await guildhall.rows("select content from poe2.comments order by id")] == [
        "",
        "Oh!",
    ]
    assert (await guildhall.get(f"{BUILDS}/{build['id']}/opinions")).json["comments"] == 1


async def test_the_thread_stays_when_an_account_goes(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)
    comment = await say(bo, build, "A secret")
    await say(ana, build, "Oh!", comment)
    await guildhall.execute("delete from core.users where id = $1", bo.id)

    (top,) = await guildhall.items(at(build))

    assert (top["user_id"], top["author"], top["content"], top["answers"]) == (None, None, None, 1)
    assert "secret" not in str(await guildhall.rows("select * from poe2.comments"))


async def test_comments_of_a_build_that_is_shared_no_longer_are_not_seen(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)
    comment = await say(bo, build, "Hello")
    await edit(ana, build, visibility="draft")

    seen = [(await guildhall.get(path)).status for path in (
        at(build), f"{COMMENTS}/{comment['id']}", f"{COMMENTS}/{comment['id']}/answers")]  # fmt: skip

    assert seen == [404, 404, 404]
    assert [one["content"] for one in await bo.items("/api/v1/poe2/me/comments")] == ["Hello"]


async def test_a_thread_may_be_a_thousand_deep(start_guildhall):
    guildhall = await start_guildhall(poe2={"comments_hour_most": 10_000})
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)
    await guildhall.execute(
        """
        with recursive deep as (
            select 0 as depth, gen_random_uuid() as id, null::uuid as parent
            union all
            select depth + 1, gen_random_uuid(), id from deep where depth < 1000
        )
        insert into poe2.comments (id, build_template_id, user_id, author, parent_comment_id, depth, content)
        select id, $1, $2, 'Ana', parent, depth, 'deep ' || depth from deep
        """,
        build["id"], ana.id,
    )  # fmt: skip
    (deepest,) = await guildhall.rows("select id from poe2.comments where depth = 1000")

    answer = await say(ana, build, "Deeper", deepest | {"id": str(deepest["id"])})
    (below,) = await guildhall.items(f"{COMMENTS}/{deepest['id']}/answers")
    pages = [await guildhall.get(path) for path in (at(build), f"{COMMENTS}/{deepest['id']}")]
    depths, shown = [], pages[0].json["items"][0]
    async with asyncio.timeout(60):
        while shown["answers"]:
            pages.append(await guildhall.get(f"{COMMENTS}/{shown['id']}/answers"))
            (shown,) = pages[-1].json["items"]
            depths.append(shown["depth"])
    removed = await ana.delete(f"{BUILDS}/{build['id']}")

    assert (answer["depth"], below["id"]) == (1001, answer["id"])
    assert depths == list(range(1, 1002)), "a page for each level, however deep"
    assert max(len(one.body) for one in pages) < 1_000, "no page has what is below it"
    assert removed.status == 204
    assert await guildhall.rows("select id from poe2.comments") == []


async def test_a_thousand_answers_to_one_comment_are_pages_of_bounded_size(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)
    comment = await say(ana, build, "Hello")
    await guildhall.execute(
        """
        insert into poe2.comments (id, build_template_id, user_id, author, parent_comment_id, depth, content)
        select gen_random_uuid(), $1, $2, 'Ana', $3, 1, repeat('x', 100) from generate_series(1, 1000)
        """,
        build["id"], ana.id, comment["id"],
    )  # fmt: skip
    path = f"{COMMENTS}/{comment['id']}/answers"

    first, most = [await guildhall.get(f"{path}{limit}") for limit in ("", "?limit=100")]
    refused = await guildhall.get(f"{path}?limit=100000")

    assert (await guildhall.get(at(build))).json["items"][0]["answers"] == 1000
    assert len(first.json["items"]) < len(most.json["items"]) == 100
    assert len(most.body) < 100_000
    assert refused.status == 400
    assert len({one["id"] for one in await guildhall.items(f"{path}?limit=100")}) == 1000


async def test_answers_belong_to_one_build(guildhall):
    ana = await guildhall.sign_in()
    one, other = await made_build(ana, 1), await made_build(ana, 2)
    comment = await say(ana, one, "Hello")

    crossed = await ana.post(at(other), json={"content": "x", "parent_comment_id": comment["id"]})
    unknown = await ana.post(at(other), json={"content": "x", "parent_comment_id": other["id"]})

    assert (crossed.code, unknown.code) == ("poe2.comment_not_found", "poe2.comment_not_found")


async def test_blocks_hold_in_threads(guildhall):
    ana, bo, cyd = [await guildhall.sign_in(name=name) for name in ("Ana", "Bo", "Cyd")]
    build = await made_build(ana, 1)
    comment = await say(bo, build, "Hello")
    await cyd.put(f"/api/v1/me/blocks/{bo.id}")

    (seen,) = await cyd.items(at(build))
    refused = await bo.post(at(build), json={"content": "x", "parent_comment_id": (await say(cyd, build, "Hm"))["id"]})

    assert (seen["id"], seen["hidden"], seen["content"]) == (comment["id"], True, None)
    assert refused.status == 403


async def test_a_flood_is_stopped(start_guildhall):
    guildhall = await start_guildhall(poe2={"comments_hour_most": 3, "comments_most": 4})
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)

    answers = await asyncio.gather(*(bo.post(at(build), json={"content": f"{n}"}) for n in range(6)))
    await say(ana, build, "Stop")
    full = await ana.post(at(build), json={"content": "One more"})

    assert sorted(one.status for one in answers) == [201, 201, 201, 429, 429, 429]
    refused = next(one for one in answers if one.status == 429)
    assert (refused.code, "retry-after" in refused.headers) == ("poe2.comments_too_fast", True)
    assert (full.status, full.code) == (409, "poe2.too_many_comments")


async def test_whoever_is_answered_hears_of_it_and_nobody_of_themselves(guildhall):
    ana, bo = await guildhall.sign_in(name="Ana"), await guildhall.sign_in(name="Bo")
    build = await made_build(ana, 1)
    comment = await say(bo, build, "Which bow?")
    await say(ana, build, "The long one.", comment)
    await guildhall.work()

    kinds = {
        name: [one["type"] for one in (await person.get("/api/v1/notifications")).json["items"]]
        for name, person in (("ana", ana), ("bo", bo))
    }

    assert kinds == {"ana": ["poe2.build_commented"], "bo": ["poe2.comment_answered"]}


async def test_moderators_take_a_comment_back(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    moderator = await guildhall.sign_in(role="moderator")
    build = await made_build(ana, 1)
    comment = await say(bo, build, "Insult")
    reported = await ana.post(f"{COMMENTS}/{comment['id']}/reports", json={"reason": "Insults"})
    await moderator.post(
        f"/api/v1/poe2/opinion-reports/{reported.json['id']}/answer", json={"status": "resolved", "withhold": True}
    )

    (seen,) = await guildhall.items(at(build))
    late = await bo.patch(f"{COMMENTS}/{comment['id']}", json={"content": "Worse"})
    gone = await ana.post(f"{COMMENTS}/{build['id']}/reports", json={"reason": "x"})

    assert (seen["content"], seen["withheld_at"] is None) == (None, False)
    assert (late.code, gone.code) == ("poe2.comment_deleted", "poe2.comment_not_found")


@pytest.mark.parametrize("content", ["", "x" * 5001, None, 5, "a\u0000b"])
async def test_a_comment_is_a_text(guildhall, content):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1)

    assert (await ana.post(at(build), json={"content": content})).status == 400
