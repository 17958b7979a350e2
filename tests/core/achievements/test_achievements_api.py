"""Achievements over HTTP: the catalogue, one's own, a profile's, and what moderators take."""

import pytest

from guildhall.core.achievements.messages import KeepCatalogue, SumHolders
from tests.core.achievements import club
from tests.core.achievements.make import do, make_people

API = "/api/v1"


@pytest.fixture
async def product(clone):
    async with club.open_club(clone) as opened:
        await opened.work(KeepCatalogue())
        yield opened


async def make_person(product, handle, deeds=0, **columns):
    """Sign somebody in who has a profile and did so many things."""
    person = await product.sign_in(name=handle.capitalize(), **columns)
    made = await person.put(f"{API}/me/profile", json={"handle": handle})
    assert made.status == 200, made
    if deeds:
        await do(product.runtime.url, person.id, deeds)
        await product.work(club.Deed(person.id))
    return person


async def profile(person, handle="anna"):
    return await person.get(f"{API}/profiles/{handle}/achievements")


async def test_the_catalogue_has_numbers_and_hides_what_is_hidden(product, clone):
    await make_people(clone, 8)
    anna = await make_person(product, "anna", 2)
    bert = await make_person(product, "bert")
    await product.work(SumHolders())

    public = (await product.get(f"{API}/achievements")).json
    own = (await anna.get(f"{API}/achievements")).json
    others = (await bert.get(f"{API}/achievements")).json

    first, _, _, secret = public["items"]
    assert first == {
        "achievement": {
            "name": "club.first", "pack": "club", "title": "First deed", "description": "Did something.",
            "icon": "star", "tier": "bronze", "points": 5, "goal": 1, "hidden": False, "retired": False,
        },
        "holders": 1, "share": 0.1, "achieved": False,
    }  # fmt: skip
    assert secret["achievement"] == {
        "name": None, "pack": "club", "title": None, "description": None, "icon": None, "tier": "bronze", "points": 7,
        "goal": None, "hidden": True, "retired": False,
    }  # fmt: skip
    assert [one["achievement"]["title"] for one in own["items"]] == [
        "First deed", "Five deeds", "Three by night", "Two in secret"
    ]  # fmt: skip
    assert [one["achieved"] for one in own["items"]] == [True, False, False, True]
    assert others["items"] == public["items"]


async def test_pages_go_on_behind_the_last_and_a_pack_may_be_chosen(product):
    names, after = [], ""
    while True:
        page = (await product.get(f"{API}/achievements?limit=1{after}")).json
        names += [one["achievement"]["name"] for one in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert names == ["club.first", "club.five", "club.nightly", None]
    assert len((await product.get(f"{API}/achievements?pack=club")).json["items"]) == 4
    assert (await product.get(f"{API}/achievements?pack=chess")).json == {"items": [], "next": None}


async def test_ones_own_have_progress_and_hidden_ones_none_until_they_are_achieved(product, clone):
    await make_people(clone, 8)
    anna = await make_person(product, "anna", 1)

    before = (await anna.get(f"{API}/me/achievements")).json
    await do(clone, anna.id, 6)
    await product.work(club.Deed(anna.id))
    after = (await anna.get(f"{API}/me/achievements")).json
    short = (await anna.get(f"{API}/me/achievements?limit=2")).json

    values = [(one["achievement"]["name"], one["value"], one["granted_at"] is not None) for one in before["items"]]
    assert values == [
        ("club.first", 1, True), ("club.five", 1, False), ("club.nightly", 0, False), (None, None, False)
    ]  # fmt: skip
    assert [(one["achievement"]["name"], one["value"]) for one in after["items"]] == [
        ("club.first", 1), ("club.five", 5), ("club.nightly", 0), ("club.secret", 2)
    ]  # fmt: skip
    assert (before["achieved"], before["points"]) == (1, 5)
    assert (after["achieved"], after["points"]) == (3, 32)
    assert after["items"][1]["evidence"].keys() == {"first"}
    assert (len(short["items"]), short["points"], short["next"] is not None) == (2, 32, True)
    assert (await product.get(f"{API}/me/achievements")).status == 401
    assert (await (await anna.token("achievements:read")).get(f"{API}/me/achievements")).status == 200
    assert (await (await anna.token("boards:read")).get(f"{API}/me/achievements")).status == 403


async def test_a_profile_shows_what_it_has_the_latest_first_and_respects_privacy_and_blocks(product, clone):
    await make_people(clone, 8)
    anna = await make_person(product, "anna", 1)
    await do(clone, anna.id, 5)
    await product.work(club.Deed(anna.id))
    bert = await make_person(product, "bert")

    shown = (await profile(product)).json
    known = (await profile(anna)).json
    first = (await product.get(f"{API}/profiles/Anna/achievements?limit=2")).json
    second = (await product.get(f"{API}/profiles/anna/achievements?limit=2&after={first['next']}")).json
    await bert.put(f"{API}/me/blocks/{anna.id}")
    blocking, blocked = await profile(bert), await profile(anna, "bert")
    await anna.put(f"{API}/me/profile", json={"handle": "anna", "hides_achievements": True})
    hidden, own = await profile(product), await profile(anna)
    await product.execute("update core.users set suspended_at = now() where id = $1", anna.id)

    assert {one["achievement"]["name"] for one in shown["items"]} == {None, "club.five", "club.first"}
    assert shown["items"][-1]["achievement"]["name"] == "club.first"
    assert {one["achievement"]["name"] for one in known["items"]} == {"club.secret", "club.five", "club.first"}
    assert first["items"] + second["items"] == shown["items"]
    assert (shown["achieved"], shown["points"]) == (3, 32)
    assert (blocking.status, blocking.code) == (409, "social.blocked_by_you")
    assert (blocked.status, blocked.code) == (403, "social.blocked")
    assert (hidden.status, hidden.code) == (403, "achievements.achievements_hidden")
    assert len(own.json["items"]) == 3
    assert (await profile(product)).code == "social.profile_not_found"
    assert (await profile(product, "nobody")).code == "social.profile_not_found"


async def test_moderators_take_achievements_with_a_reason_and_no_look_grants_them_again(product, clone):
    await make_people(clone, 8)
    anna = await make_person(product, "anna", 5)
    moderator = await make_person(product, "mona", role="moderator")
    path = f"{API}/profiles/anna/achievements/club.five/revocation"

    done = await moderator.put(path, json={"reason": "The deeds were bought."})
    twice = await moderator.put(path, json={"reason": "Once more."})
    await product.work()
    await product.work(club.Deed(anna.id))
    gone, public = (await anna.get(f"{API}/me/achievements")).json["items"][1], (await profile(product)).json
    back = await moderator.delete(path)
    again = await moderator.delete(path)
    await product.work()
    mine = (await anna.get(f"{API}/me/achievements")).json["items"][1]

    told = await product.rows(
        """
        select title, body from core.notification_log
        where user_id = $1 and type in ('achievement_revoked', 'achievement_restored') order by id
        """,
        anna.id,
    )
    audit = await product.rows(
        "select act, actor_id, subject_id, reason, details from core.audit_log where slice = 'achievements' order by id"
    )
    assert (done.status, twice.status, twice.code) == (204, 409, "achievements.already_revoked")
    assert (gone["reason"], gone["revoked_at"] is not None) == ("The deeds were bought.", True)
    assert (len(public["items"]), public["achieved"]) == (2, 2)
    assert (back.status, again.status, again.code) == (204, 409, "achievements.not_revoked")
    assert (mine["revoked_at"], mine["reason"], mine["granted_at"]) == (None, None, gone["granted_at"])
    assert [tuple(row.values()) for row in told] == [
        ("Five deeds was taken back", "Moderators took this achievement back: The deeds were bought."),
        ("Five deeds was given back", "You have this achievement again."),
    ]
    assert [tuple(row.values()) for row in audit] == [
        (
            "achievement_revoked", moderator.id, anna.id, "The deeds were bought.", {"achievement": "club.five"},
        ),
        ("achievement_restored", moderator.id, anna.id, None, {"achievement": "club.five"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "handle", "name", "body", "status", "code"),
    [
        ("anna", "bert", "club.first", {"reason": "No."}, 403, "identity.role_missing"),
        ("mona", "nobody", "club.first", {"reason": "No."}, 404, "social.profile_not_found"),
        ("mona", "bert", "club.nothing", {"reason": "No."}, 404, "achievements.achievement_not_found"),
        ("mona", "bert", "%F0%9F%8D%B7", {"reason": "No."}, 404, "achievements.achievement_not_found"),
        ("mona", "bert", "club.five", {"reason": "No."}, 404, "achievements.not_achieved"),
        ("mona", "bert", "club.first", {"reason": ""}, 400, "bad_request"),
        ("mona", "bert", "club.first", {"reason": "x" * 501}, 400, "bad_request"),
        ("mona", "bert", "club.first", {"reason": "a\x00b"}, 400, "bad_request"),
        ("mona", "bert", "club.first", {}, 400, "bad_request"),
        ("mona", "bert", "x" * 81, {"reason": "No."}, 400, "bad_request"),
    ],
)
async def test_bad_revocations_are_refused(product, clone, who, handle, name, body, status, code):
    people = {"anna": await make_person(product, "anna"), "mona": await make_person(product, "mona", role="moderator")}
    await make_person(product, "bert", 1)

    answer = await people[who].put(f"{API}/profiles/{handle}/achievements/{name}/revocation", json=body)

    assert (answer.status, answer.code) == (status, code), answer.json
    assert not await product.rows("select 1 from core.user_achievements where revoked_at is not null")


@pytest.mark.parametrize(
    "query", ["after=nonsense", "limit=0", "limit=101", "limit=x", "after=%00", "pack=%00", f"pack={'x' * 32}"]
)
async def test_bad_pages_are_refused(product, query):
    anna = await make_person(product, "anna")
    for path in (f"{API}/achievements", f"{API}/me/achievements", f"{API}/profiles/anna/achievements"):
        if query.startswith("pack") and "profiles" in path:
            continue
        assert (await anna.get(f"{path}?{query}")).status == 400, path


async def test_nobody_grants_or_keeps_themselves_anything_as_the_role_of_requests(product, clone):
    await make_people(clone, 8)
    anna = await make_person(product, "anna", 1)
    moderator = await make_person(product, "mona", role="moderator")
    tries = (
        (anna, "insert into core.user_achievements (user_id, achievement, value) values ('{anna}', 'club.five', 5)"),
        (anna, "update core.user_achievements set value = 9"),
        (anna, "delete from core.user_achievements"),
        (anna, "update core.achievements set points = 9"),
        (anna, "select * from core.achievement_runs"),
        (moderator, "update core.user_achievements set granted_at = now()"),
    )
    for person, sql in tries:
        with pytest.raises(Exception, match="permission denied"):
            async with product.runtime.db.write(person.viewer) as tx:
                await tx.connection.execute(sql.format(anna=anna.id))
    async with product.runtime.db.write(anna.viewer) as tx:
        done = await tx.connection.execute("update core.user_achievements set revoked_at = null, reason = null")
    async with product.runtime.db.read(moderator.viewer) as tx:
        progress = await tx.connection.fetchval("select count(*) from core.user_achievements where granted_at is null")

    assert (done, progress) == ("UPDATE 0", 0)


async def test_the_export_has_what_is_kept_and_an_account_takes_it_along(product, clone):
    await make_people(clone, 8)
    anna = await make_person(product, "anna", 1)

    exported = (await anna.get(f"{API}/me/export")).json
    await product.execute("delete from core.users where id = $1", anna.id)

    rows = exported["tables"]["core.user_achievements"]
    assert [(row["achievement"], row["title"], row["value"]) for row in rows] == [
        ("club.first", "First deed", 1), ("club.five", "Five deeds", 1), ("club.secret", "Two in secret", 1)
    ]  # fmt: skip
    assert not await product.rows("select 1 from core.user_achievements where user_id = $1", anna.id)
