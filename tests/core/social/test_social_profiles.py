"""Profiles over HTTP: handles and their twins, marks, settings of apps, when somebody was seen."""

import asyncio
from datetime import timedelta
from typing import cast

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.identity.accounts.actions import delete_account, restore, suspend
from guildhall.core.social.profiles.errors import HandleRefused
from guildhall.core.social.profiles.jobs import clean_up_handles
from guildhall.core.social.profiles.last_seen import LastSeen
from guildhall.core.social.profiles.messages import CleanUpHandles
from guildhall.core.social.profiles.rules import clean_handle, handle_key, is_reserved
from guildhall.core.social.settings import SocialSettings
from guildhall.db.policies import Viewer
from guildhall.testing.clock import MovableClock
from tests.core.social.make import API, make_person

PROFILE = f"{API}/me/profile"


async def keep(person, handle, **more):
    return await person.put(PROFILE, json={"handle": handle, **more})


async def test_a_profile_is_made_shown_and_changed(guildhall):
    anna = await guildhall.sign_in(name="Anna Lind")

    before = await anna.get(PROFILE)
    made = await keep(anna, "Anna", bio=" Healer. \n", avatar_url="https://cdn.example.org/a.png")
    shown = await guildhall.get(f"{API}/profiles/anna")
    changed = await keep(anna, "anna", hides_follows=True)

    assert (before.status, before.code) == (409, "social.no_profile")
    assert made.status == 200
    assert made.json["handle"] == "anna"
    assert shown.json == {
        "user_id": str(anna.id), "handle": "anna", "display_name": "Anna Lind", "bio": "Healer.",
        "avatar_url": "https://cdn.example.org/a.png", "is_content_creator": False, "is_verified": False,
        "hides_follows": False, "hides_achievements": False, "followers": 0, "following": 0,
        "created_at": made.json["created_at"],
        "followed_by_you": False, "follows_you": False, "blocked_by_you": False,
    }  # fmt: skip
    assert (changed.json["bio"], changed.json["avatar_url"], changed.json["hides_follows"]) == (None, None, True)
    assert changed.json["handle_changes_at"] is None
    assert (await guildhall.get(f"{API}/profiles/nobody")).code == "social.profile_not_found"


async def test_the_name_and_the_suspension_are_the_accounts(guildhall, jobs_db):
    anna = await make_person(guildhall, "anna")
    await anna.patch(f"{API}/me", json={"name": "Anna the Second"})
    renamed = (await guildhall.get(f"{API}/profiles/anna")).json["display_name"]
    async with jobs_db.write() as tx:
        await suspend(tx, anna.id)
    gone = await guildhall.get(f"{API}/profiles/anna")
    async with jobs_db.write() as tx:
        await restore(tx, anna.id)

    assert renamed == "Anna the Second"
    assert (gone.status, gone.code) == (404, "social.profile_not_found")
    assert (await guildhall.get(f"{API}/profiles/anna")).status == 200


TWINS = ("ANNA", "ａｎｎａ", "𝐚𝐧𝐧𝐚", "An-na", "a_nna", "anna")


@pytest.mark.parametrize("handle", TWINS)
async def test_a_handle_in_other_bytes_is_the_same(guildhall, handle):
    await make_person(guildhall, "anna")

    taken = await keep(await guildhall.sign_in(), handle)
    found = await guildhall.get(f"{API}/profiles/{handle}")

    assert (taken.status, taken.code) == (409, "social.handle_taken")
    assert found.json["handle"] == "anna"


async def test_handles_that_look_alike_are_the_same(guildhall):
    await make_person(guildhall, "cool-llama")

    assert (await keep(await guildhall.sign_in(), "c00l1lama")).code == "social.handle_taken"
    assert (await guildhall.get(f"{API}/profiles/C00L_1LAMA")).json["handle"] == "cool-llama"


@pytest.mark.parametrize(
    "handle",
    [
        "an", "a" * 31, "-anna", "anna-", "an--na", "an.na", "an na", "12345", "ann\u200ba", "anna\u200d", "\u202eanna",
        "аnna", "anná", "анна", "anna\n", "", "ａｎ", "an\u00adna", "@anna", "ſſſ\u2065", "anna/x",
    ],
)  # fmt: skip
async def test_what_no_handle_may_have(guildhall, handle):
    answer = await keep(await guildhall.sign_in(), handle)

    assert (answer.status, answer.code) in ((422, "social.handle_refused"), (400, "bad_request"))
    assert await guildhall.rows("select from core.handles") == []


@pytest.mark.parametrize(
    "handle", ["admin", "Adm1n", "a-d-m-i-n", "admln", "moderator", "m0derat0r", "nu11", "our-game"]
)
async def test_nobody_gets_a_reserved_handle(start_guildhall, handle):
    guildhall = await start_guildhall(social={"reserved_handles": ["OurGame"]})

    assert (await keep(await guildhall.sign_in(), handle)).code == "social.handle_reserved"
    assert await guildhall.rows("select from core.handles") == []


async def test_a_changed_handle_is_held_and_changes_are_limited(start_guildhall):
    clock = MovableClock()
    guildhall = await start_guildhall(clock=clock, social={"handle_change_days": 10, "handle_hold_days": 20})
    anna, bert = await make_person(guildhall, "anna"), await guildhall.sign_in()

    first = await keep(anna, "annalind")
    second = await keep(anna, "anna-lind")
    early = await keep(anna, "anna")
    held = await keep(bert, "anna")
    clock.advance(timedelta(days=11))
    anna, bert = await guildhall.sign_in(anna.id), await guildhall.sign_in(bert.id)
    back = await keep(anna, "anna")
    other = await keep(bert, "annalind")
    clock.advance(timedelta(days=21))
    bert = await guildhall.sign_in(bert.id)
    freed = await keep(bert, "annalind")

    assert first.status == 200
    assert (second.status, second.code) == (409, "social.handle_changed_lately")
    assert early.code == "social.handle_changed_lately"
    assert first.json["handle_changes_at"] is not None
    assert held.code == "social.handle_taken"
    assert back.json["handle"] == "anna"
    assert other.code == "social.handle_taken"
    assert freed.json["handle"] == "annalind"
    assert (await guildhall.get(f"{API}/profiles/annalind")).json["user_id"] == str(bert.id)


async def test_a_deleted_account_leaves_its_handle_held_without_the_person(start_guildhall, jobs_db):
    clock = MovableClock()
    guildhall = await start_guildhall(clock=clock, social={"handle_hold_days": 5})
    anna, bert = await make_person(guildhall, "anna"), await guildhall.sign_in()
    settings = SocialSettings(handle_hold_days=5, _env_file=None)  # type: ignore[call-arg]
    async with jobs_db.write() as tx:
        await delete_account(tx, anna.id)

    at_once = await keep(bert, "anna")
    held = await clean_up_handles(CleanUpHandles(), jobs_db, settings)
    rows = await guildhall.rows("select user_id, held_until from core.handles")
    later = await keep(bert, "anna")
    await guildhall.execute("update core.handles set held_until = now() - interval '1 s'")
    freed = await clean_up_handles(CleanUpHandles(), jobs_db, settings)

    assert (at_once.code, later.code) == ("social.handle_taken", "social.handle_taken")
    assert held == {"held": 1, "freed": 0}
    assert [row["user_id"] for row in rows] == [None]
    assert freed == {"held": 0, "freed": 1}
    assert (await keep(bert, "anna")).status == 200


async def test_many_who_want_one_handle_at_once_are_one(guildhall):
    people = [await guildhall.sign_in() for _ in range(12)]
    spellings = ["thepro", "the-pro", "The_Pro", "thepr0"] * 3

    answers = await asyncio.gather(*(keep(one, handle) for one, handle in zip(people, spellings, strict=True)))

    assert sorted(answer.status for answer in answers) == [200] + [409] * 11
    assert len(await guildhall.rows("select from core.handles")) == 1


async def test_one_who_wants_several_handles_at_once_has_one_and_holds_none(start_guildhall):
    guildhall = await start_guildhall(social={"handle_change_days": 30})
    anna = await guildhall.sign_in()

    answers = await asyncio.gather(*(keep(anna, f"anna{number}x") for number in range(2, 8)))

    assert sorted(answer.status for answer in answers) == [200, 200] + [409] * 4
    taken = await guildhall.rows("select handle_key, held_until is null as used from core.handles")
    shown = (await anna.get(PROFILE)).json["handle"]
    assert [row["handle_key"] for row in taken if row["used"]] == [shown]
    assert len(taken) == 2


@pytest.mark.parametrize(
    "avatar",
    [
        "http://cdn.example.org/a.png", "https://a b/c", "javascript:alert(1)", "https://cdn.example.org/a\n", "https://",
        "https://user:pass@example.org/a.png", "//cdn.example.org/a.png", f"https://example.org/{'a' * 500}",
    ],
)  # fmt: skip
async def test_a_picture_is_an_https_address(guildhall, avatar):
    answer = await keep(await guildhall.sign_in(), "anna", avatar_url=avatar)

    assert (answer.status, answer.code) == (400, "bad_request")


async def test_moderators_mark_and_clear_profiles_and_that_is_in_the_audit(guildhall):
    anna = await make_person(guildhall, "anna")
    await keep(anna, "anna", bio="Buy gold", avatar_url="https://cdn.example.org/a.png")
    staff = await guildhall.sign_in(role="moderator")
    marks = {"is_verified": True, "is_content_creator": True}

    denied = await anna.put(f"{API}/profiles/anna/marks", json=marks)
    marked = await staff.put(f"{API}/profiles/Anna/marks", json=marks)
    again = await staff.put(f"{API}/profiles/anna/marks", json=marks)
    unclear = await anna.delete(f"{API}/profiles/anna/content")
    cleared = await staff.delete(f"{API}/profiles/anna/content")
    nobody = await staff.delete(f"{API}/profiles/nobody/content")
    shown = (await guildhall.get(f"{API}/profiles/anna")).json
    moved = await keep(anna, "annalind")

    assert (denied.code, unclear.code) == ("identity.role_missing", "identity.role_missing")
    assert (marked.json, again.json) == (marks, marks)
    assert (cleared.status, nobody.code) == (204, "social.profile_not_found")
    assert (shown["bio"], shown["avatar_url"], shown["is_verified"]) == (None, None, True)
    assert (moved.json["is_verified"], moved.json["is_content_creator"]) == (False, True)
    acts = await guildhall.rows("select act, actor_id, subject_id from core.audit_log order by id")
    assert [(row["act"], row["actor_id"], row["subject_id"]) for row in acts] == [
        ("profile_marked", staff.id, anna.id), ("profile_cleared", staff.id, anna.id),
    ]  # fmt: skip


async def test_apps_keep_settings_for_a_person_alone(start_guildhall):
    guildhall = await start_guildhall(social={"app_settings_kb": 1})
    anna, bert = await guildhall.sign_in(), await guildhall.sign_in()
    path = f"{PROFILE}/settings"
    wanted = {"settings": {"theme": "dark", "tree": {"zoom": 1.5, "nodes": [1, None, "\\u0000 in words"]}}}

    before = await anna.get(path)
    kept = await anna.put(path, json=wanted)
    large = await anna.put(path, json={"settings": {"a": "x" * 1024}})
    zero = await anna.put(path, json={"settings": {"a\x00": 1}})
    listed = await anna.put(path, json={"settings": [1]})

    assert before.json == {"settings": {}}
    assert (kept.json, (await anna.get(path)).json) == (wanted, wanted)
    assert [(one.status, one.code) for one in (large, zero)] == [(422, "social.app_settings_refused")] * 2
    assert listed.status == 400
    assert (await bert.get(path)).json == {"settings": {}}
    async with guildhall.runtime.db.read(Viewer(bert.id)) as tx:
        assert await tx.connection.fetch("select from core.user_states") == []


async def test_people_are_noted_as_seen_once_in_some_minutes(start_guildhall):
    clock = MovableClock()
    guildhall = await start_guildhall(clock=clock, social={"last_seen_minutes": 5, "last_seen_flush_seconds": 3600})
    seen = cast(LastSeen, guildhall.runtime.provided[LastSeen])
    anna, bert = await make_person(guildhall, "anna"), await guildhall.sign_in()
    gone = await guildhall.sign_in()
    await gone.get(f"{API}/me")
    await guildhall.execute("delete from core.users where id = $1", gone.id)
    await bert.get(f"{API}/me")
    machine = await (await guildhall.sign_in()).token("social:read")
    await machine.get(f"{API}/me/feed")

    first = await seen.flush()
    (noted,) = await guildhall.rows("select last_seen_at from core.user_states where user_id = $1", anna.id)
    everybody = await guildhall.rows("select user_id from core.user_states where last_seen_at is not null")
    clock.advance(timedelta(minutes=4))
    await anna.get(f"{API}/me")
    second = await seen.flush()
    clock.advance(timedelta(minutes=2))
    await anna.get(f"{API}/me")
    third = await seen.flush()
    shown = await anna.get(PROFILE)

    assert (first, second, third) == (3, 0, 1)
    assert {row["user_id"] for row in everybody} == {anna.id, bert.id}
    (later,) = await guildhall.rows("select last_seen_at from core.user_states where user_id = $1", anna.id)
    assert later["last_seen_at"] - noted["last_seen_at"] >= timedelta(minutes=6)
    assert shown.json["last_seen_at"] is not None


async def test_another_process_does_not_note_a_person_again(start_guildhall):
    one = await start_guildhall(social={"last_seen_flush_seconds": 3600})
    two = await start_guildhall(social={"last_seen_flush_seconds": 3600})
    anna = await make_person(one, "anna")
    await cast(LastSeen, one.runtime.provided[LastSeen]).flush()
    before = await one.rows("select last_seen_at, xmin from core.user_states")
    await two.get(f"{API}/me", headers=anna.headers)
    await cast(LastSeen, two.runtime.provided[LastSeen]).flush()

    assert await one.rows("select last_seen_at, xmin from core.user_states") == before


@given(st.text(max_size=40))
def test_a_clean_handle_is_clean_and_found_by_what_was_written(text):
    try:
        handle = clean_handle(text)
    except HandleRefused:
        return

    assert clean_handle(handle) == handle
    assert handle_key(handle) == handle_key(text)
    assert handle.isascii()


HANDLES = st.from_regex(r"[a-z0-9](?:[a-z0-9]|[_-](?=[a-z0-9])){2,29}", fullmatch=True)


@given(HANDLES, HANDLES)
def test_sameness_is_that_of_the_key(one, other):
    assert (handle_key(one) == handle_key(other)) == (
        one.replace("-", "").replace("_", "").replace("0", "o").replace("1", "l")
        == other.replace("-", "").replace("_", "").replace("0", "o").replace("1", "l")
    )
    assert is_reserved(one, [one])


async def test_the_database_makes_the_same_keys(clone):
    handles = ["anna", "c00l-1lama", "a_b-c-0", "l1l1l1", "x-0-1"]
    connection = await asyncpg.connect(clone)
    try:
        for number, handle in enumerate(handles):
            user = await connection.fetchval(
                "insert into core.users (id, name) values (gen_random_uuid(), 'x') returning id"
            )
            key = await connection.fetchval(
                "insert into core.profiles (user_id, handle, display_name) values ($1, $2, 'x') returning handle_key",
                user, handle,
            )  # fmt: skip
            assert key == handle_key(handle), number
        for bad in ("An", "anna-", "ünna", "123", "an--na"):
            with pytest.raises(asyncpg.CheckViolationError):
                await connection.execute(
                    "insert into core.profiles (user_id, handle, display_name) select id, $1, 'x' from core.users", bad
                )
    finally:
        await connection.close()
