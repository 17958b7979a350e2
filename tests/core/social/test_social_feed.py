"""Feeds: what is in them and what is not, pages, somebody who follows thousands, many readers."""

import asyncio
import json
from datetime import timedelta
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID, uuid4

import msgspec
import pytest

from guildhall.core.jobs.jobs import PartitionRetention, maintain_partitions
from guildhall.core.jobs.messages import MaintainPartitions
from guildhall.core.social.activities import actions
from guildhall.core.social.activities.actions import record_activity, withdraw_activity
from guildhall.core.social.activities.declaration import Activities, Activity
from guildhall.core.social.activities.queries import activities_by, feed_between, heads_before
from guildhall.core.social.activities.worker import WORKER
from guildhall.core.social.settings import SocialSettings
from guildhall.db.policies import Viewer
from guildhall.ids import first_id
from tests.core.social.make import (
    API,
    CHANGED,
    MADE,
    Line,
    Other,
    act,
    declare,
    follow,
    make_crowd,
    make_people,
    make_person,
    titles,
)

FEED = f"{API}/me/feed"


@pytest.fixture
async def product(guildhall):
    declare(guildhall)
    return guildhall


async def test_a_feed_has_what_the_followed_did_the_latest_first(product):
    anna, bert, cleo, dora = await make_people(product, ["anna", "bert", "cleo", "dora"])
    await follow(anna, bert)
    await follow(anna, cleo)
    for number, person in enumerate((bert, cleo, dora, anna, bert, cleo, bert)):
        await act(product, person.id, f"{number} of {person.id}")

    found = await anna.items(f"{FEED}?limit=2")

    wanted = [f"{number} of {person.id}" for number, person in enumerate((bert, cleo, dora, anna, bert, cleo, bert))]
    assert [one["data"]["title"] for one in found] == [wanted[number] for number in (6, 5, 4, 1, 0)]
    assert found[0]["person"] == {
        "user_id": str(bert.id), "handle": "bert", "display_name": "Bert", "avatar_url": None,
        "is_content_creator": False, "is_verified": False,
    }  # fmt: skip
    assert (found[0]["kind"], set(found[0])) == (
        "test.thing_made", {"id", "person", "kind", "item_id", "data", "created_at"},
    )  # fmt: skip
    assert await titles(dora) == []
    assert (await anna.get(f"{FEED}?after=nonsense")).code == "bad_cursor"
    assert (await product.get(FEED)).status == 401


async def test_what_is_withdrawn_suspended_blocked_or_gone_is_in_no_feed(product):
    anna, bert, cleo, dora = await make_people(product, ["anna", "bert", "cleo", "dora"])
    await follow(anna, bert)
    item = await act(product, bert.id, "published")
    await act(product, bert.id, "of cleo's", about=cleo.id)
    await act(product, bert.id, "of dora's", about=dora.id)
    async with product.runtime.db.write(bert.viewer) as tx:
        await record_activity(tx, CHANGED, item, Other(1))
    before = await product.rows("select count(*) as n from core.activities")

    async with product.runtime.db.write(bert.viewer) as tx:
        one = await withdraw_activity(tx, CHANGED, item)
    async with product.runtime.db.write(bert.viewer) as tx:
        rest = await withdraw_activity(tx, None, item)
    both = await titles(anna)
    await cleo.put(f"{API}/me/blocks/{anna.id}")
    blocked = await titles(anna), await titles(product, f"{API}/profiles/bert/activities")
    await product.execute("update core.users set suspended_at = now() where id = $1", dora.id)
    suspended = await titles(anna)
    await product.execute("update core.users set suspended_at = null where id = $1", dora.id)
    await product.execute("delete from core.users where id = $1", dora.id)
    gone = await titles(anna)
    await act(product, bert.id, "alone")
    await product.execute("update core.users set suspended_at = now() where id = $1", bert.id)

    assert before == [{"n": 4}]
    assert (one, rest) == (1, 1)
    assert both == ["of dora's", "of cleo's"]
    assert blocked == (["of dora's"], ["of dora's", "of cleo's"])
    assert (suspended, gone) == ([], [])
    assert await titles(anna) == []
    assert (await product.get(f"{API}/profiles/bert/activities")).code == "social.profile_not_found"


async def test_what_is_for_followers_is_for_them(product):
    anna, bert, cleo = await make_people(product, ["anna", "bert", "cleo"])
    await follow(anna, bert)
    await act(product, bert.id, "for all")
    await act(product, bert.id, "for followers", visibility="followers")

    path = f"{API}/profiles/Bert/activities?limit=1"
    seen = [await titles(who, path) for who in (anna, bert, cleo, product)]

    assert seen == [["for followers", "for all"]] * 2 + [["for all"]] * 2
    assert await titles(anna) == ["for followers", "for all"]
    assert (await product.get(f"{API}/profiles/nobody/activities")).code == "social.profile_not_found"
    assert (await product.get(f"{API}/profiles/bert/activities?after=x")).code == "bad_cursor"


async def test_kinds_of_packs_that_are_off_are_not_shown(guildhall):
    anna, bert = await make_people(guildhall, ["anna", "bert"])
    await follow(anna, bert)
    await act(guildhall, bert.id, "of a pack that is off")

    off = await titles(anna)
    declare(guildhall)

    assert off == []
    assert await titles(anna) == ["of a pack that is off"]


async def test_an_activity_is_there_if_its_act_is(product):
    anna, bert = await make_people(product, ["anna", "bert"])
    await follow(anna, bert)
    async with product.runtime.db.write(bert.viewer) as tx:
        await record_activity(tx, MADE, uuid4(), Line("undone"))
        await tx.connection.execute("rollback; begin")

    assert await titles(anna) == []


async def test_data_are_those_of_the_kind_and_small(product):
    bert = await make_person(product, "bert")
    async with product.runtime.db.write(bert.viewer) as tx:
        for wrong in (Other(1), Line("x" * 4096)):
            with pytest.raises(ValueError, match=MADE.name.partition(".")[2]):
                await record_activity(tx, MADE, uuid4(), cast(Line, wrong))
    wrongs: list[tuple[str, Any]] = [
        ("thing", Line),
        ("Test.thing", Line),
        ("test.thing", dict),
        ("a." + "x" * 99, Line),
    ]
    for name, kind in wrongs:
        with pytest.raises(ValueError, match="Activity"):
            Activity(name, kind)


@pytest.mark.parametrize("many", [0, 200])
async def test_a_feed_goes_back_over_months_page_by_page(product, many):
    anna, bert = await make_people(product, ["anna", "bert"])
    await follow(anna, bert)
    crowd = await make_crowd(product, 30)
    await product.execute(
        "insert into core.user_follows (follower_id, following_id) select $2, u from unnest($1::uuid[]) u",
        crowd,
        anna.id,
    )
    (row,) = await product.rows("select now() as now")
    ids = [first_id(row["now"] - timedelta(days=number * 7, seconds=1)) for number in range(20)]
    await product.execute(
        """
        insert into core.activities (id, actor_id, kind, item_id, visibility, data, created_at)
        select i, $2, 'test.thing_made', gen_random_uuid(), 'public', '{}', now() from unnest($1::uuid[]) i
        """,
        ids, bert.id,
    )  # fmt: skip
    await product.execute("insert into core.last_activities (user_id, last_id) values ($1, $2)", bert.id, ids[0])

    with patch.multiple(actions, _MANY=many, _SPAN=1):
        for size in (1, 4, 100):
            assert [UUID(one["id"]) for one in await anna.items(f"{FEED}?limit={size}")] == ids


async def test_people_whose_activities_are_gone_do_not_hide_those_of_others(product):
    """What was withdrawn leaves ids behind that are younger than all that is left, and more of them than a page has."""
    anna, quiet = await make_people(product, ["anna", "quiet"])
    crowd = await make_crowd(product, 50)
    await follow(anna, quiet)
    await product.execute(
        "insert into core.user_follows (follower_id, following_id) select $2, u from unnest($1::uuid[]) u",
        crowd,
        anna.id,
    )
    await act(product, quiet.id, "the only one")
    for person in crowd:
        item = await act(product, person, "withdrawn")
        async with product.runtime.db.write(Viewer(person)) as tx:
            await withdraw_activity(tx, MADE, item)

    assert await titles(anna, f"{FEED}?limit=2") == ["the only one"]


async def test_what_was_withdrawn_does_not_put_older_lines_before_newer_ones(product):
    anna, bert, cleo, dora = await make_people(product, ["anna", "bert", "cleo", "dora"])
    for person in (bert, cleo, dora):
        await follow(anna, person)
    for number in range(4):
        await act(product, bert.id, f"old {number}")
    await act(product, dora.id, "newer")
    for person in (bert, cleo):
        item = await act(product, person.id, "withdrawn")
        async with product.runtime.db.write(person.viewer) as tx:
            await withdraw_activity(tx, MADE, item)

    assert await titles(anna, f"{FEED}?limit=1") == ["newer", "old 3", "old 2", "old 1", "old 0"]


async def test_forged_cursors_are_places_like_others(product):
    anna, bert = await make_people(product, ["anna", "bert"])
    await follow(anna, bert)
    await act(product, bert.id, "one")
    (entry,) = (await anna.get(FEED)).json["items"]

    for value, count in ((0, 0), (1, 0), (2**128 - 1, 1), (UUID(entry["id"]).int, 0), (UUID(entry["id"]).int + 1, 1)):
        found = await product.rows("select 1")  # the cursor is made here, as the list makes it
        assert found
        after = _cursor(UUID(int=value))
        page = await anna.get(f"{FEED}?after={after}")
        assert (page.status, len(page.json["items"])) == (200, count), value


def _cursor(position: UUID) -> str:
    from guildhall.core.social.activities.api import _FEED
    from guildhall.core.social.ids import ActivityId

    return _FEED.encode((ActivityId(position),))


async def test_somebody_who_follows_thousands_reads_a_page_of_each_by_an_index(product):
    anna = await make_person(product, "anna")
    crowd = await make_crowd(product, 5000)
    await product.execute(
        "insert into core.user_follows (follower_id, following_id) select $2, u from unnest($1::uuid[]) u",
        crowd,
        anna.id,
    )
    await product.execute(
        """
        insert into core.user_follows (follower_id, following_id)
        select u.id, ($1::uuid[])[(u.n + step) % 5000 + 1] from unnest($1::uuid[]) with ordinality u (id, n),
               generate_series(1, 5) step
        """,
        crowd,
    )
    await product.execute(
        """
        insert into core.activities (id, actor_id, kind, item_id, visibility, data, created_at)
        select rpad(lpad(to_hex((extract(epoch from now()) * 1000)::bigint - (n * 5000 + i) * 1000), 12, '0')
                    || '7' || lpad(to_hex(i), 5, '0'), 32, '0')::uuid,
               u, 'test.thing_made', gen_random_uuid(), 'public', json_build_object('title', i || ' ' || n), now()
        from unnest($1::uuid[]) with ordinality p (u, i), generate_series(1, 30) n
        """,
        crowd,
    )
    await product.execute(
        """
        insert into core.last_activities (user_id, last_id)
        select actor_id, max(id::text)::uuid from core.activities group by 1
        """
    )
    await product.execute("vacuum analyze core.activities, core.last_activities, core.user_follows, core.profiles")

    page = await anna.get(f"{FEED}?limit=20")
    more = await anna.get(f"{FEED}?limit=100&after={page.json['next']}")
    with patch.object(actions, "_MANY", 10_000):
        by_person = await anna.get(f"{FEED}?limit=100&after={page.json['next']}")
    me, high = literal(anna.id, "uuid"), literal(UUID(int=2**128 - 1), "uuid")
    ids, kinds = literal(crowd[:21], "uuid[]"), literal([MADE.name], "text[]")
    near = literal(UUID(page.json["items"][-1]["id"]), "uuid")
    plans = {
        "heads": await explained(product, anna, heads_before.sql, me, high, high, "21"),
        "lines": await explained(product, anna, activities_by.sql, me, ids, kinds, high, "21"),
        "span": await explained(product, anna, feed_between.sql, me, kinds, near, high, "21"),
    }

    found = [one["data"]["title"] for one in page.json["items"] + more.json["items"]]
    assert found == [f"{number} 1" for number in range(1, 121)]
    assert by_person.json == more.json
    for name, nodes in plans.items():
        assert [one for one in nodes if one["Node Type"] == "Seq Scan" and one["Actual Loops"]] == [], name
        scans = [one for one in nodes if one.get("Relation Name", "").startswith("activities") and one["Actual Loops"]]
        assert {one["Node Type"] for one in scans} <= {"Index Scan"}, name
        assert all(one["Actual Rows"] <= 21 for one in scans), name
    assert {one.get("Relation Name") for one in plans["heads"]} >= {"user_follows", "last_activities"}


def literal(value: object, type_: str) -> str:
    """A value as SQL writes it."""
    text = f"{{{','.join(map(str, value))}}}" if isinstance(value, list) else str(value)
    return f"'{text}'::{type_}"


async def explained(product, person, sql: str, *arguments: str) -> list[dict[str, Any]]:
    """The nodes of a statement's generic plan, with what they read."""
    async with product.runtime.db.read(person.viewer) as tx:
        await tx.connection.execute("set local plan_cache_mode = force_generic_plan")
        await tx.connection.execute(f"prepare asked as {sql}")
        (row,) = await tx.connection.fetch(f"explain (analyze, format json) execute asked ({', '.join(arguments)})")
        await tx.connection.execute("deallocate asked")
    (whole,) = json.loads(row[0])
    return list(_nodes(whole["Plan"]))


def _nodes(node):
    yield node
    for below in node.get("Plans", []):
        yield from _nodes(below)


async def test_many_read_while_others_act(product):
    star, *readers = await make_people(product, ["star", *(f"reader{letter}" for letter in "abcdefgh")])
    for reader in readers:
        await follow(reader, star)

    async def make():
        for number in range(20):
            await act(product, star.id, str(number))

    async def read(reader):
        found: list[str] = []
        while len(found) < 20:
            page = await reader.get(f"{FEED}?limit=50")
            assert page.status == 200
            newer = [one["data"]["title"] for one in page.json["items"]]
            assert newer[len(newer) - len(found) :] == found  # what was there stays, in its order
            found = newer
        return found

    _, *found = await asyncio.gather(make(), *(read(one) for one in readers))

    assert found == [[str(number) for number in reversed(range(20))]] * 8


async def test_activities_go_after_their_months(product, jobs_db):
    bert = await make_person(product, "bert")
    assert WORKER.keep_months is not None
    settings = SocialSettings(keep_activity_months=3, _env_file=None)  # type: ignore[call-arg]
    keep = WORKER.keep_months(settings)
    async with jobs_db.write() as tx:
        for month in ("2026-11-01", "2026-12-01", "2027-01-01"):
            await tx.connection.execute("select core.make_month_partition('core.activities', $1::text::date)", month)
    await act(product, bert.id, "kept")

    done = await maintain_partitions(MaintainPartitions(), jobs_db, PartitionRetention(keep))

    assert keep == {"core.activities": 3}
    assert done["dropped"] == []
    assert len(await product.rows("select from core.activities")) == 1
    names = await product.rows(
        "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'core.activities'::regclass"
    )
    assert "core.activities_2026_12" in {row["name"] for row in names}


async def test_the_export_has_what_somebody_did(product):
    anna, bert = await make_people(product, ["anna", "bert"])
    await follow(anna, bert)
    await follow(bert, anna)
    await act(product, anna.id, "mine", about=bert.id)
    await anna.put(f"{API}/me/profile/settings", json={"settings": {"a": 1}})
    await anna.put(f"{API}/me/blocks/{(await product.sign_in()).id}")

    tables = msgspec.json.decode((await anna.get(f"{API}/me/export")).body)["tables"]

    assert [one["data"] for one in tables["core.activities"]] == [{"title": "mine"}]
    assert [(one["you_follow"], one["follows_you"]) for one in tables["core.user_follows"]] == [
        (str(bert.id), None), (None, str(bert.id)),
    ]  # fmt: skip
    assert [one["handle"] for one in tables["core.profiles"]] == ["anna"]
    assert [one["handle_key"] for one in tables["core.handles"]] == ["anna"]
    assert tables["core.user_states"][0]["settings"] == {"a": 1}
    assert len(tables["core.blocks"]) == 1
    assert tables["core.broadcasts"] == []
    assert cast(Activities, product.runtime.provided[Activities]).names
