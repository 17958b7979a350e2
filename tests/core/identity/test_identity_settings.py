"""A user's preferences and what the account says of itself."""

import asyncio

import pytest

from guildhall.testing.people import sign_in

DEFAULTS = {
    "theme": "dark",
    "default_character_id": None,
    "language": "en",
    "notify_skill_complete": True,
    "notify_market_orders": True,
    "notify_industry_jobs": True,
    "notify_pi_extractors": False,
    "notify_eve_mail": True,
    "share_activity_stats": False,
}


async def read(guildhall, person):
    answer = await guildhall.get("/api/v1/me/settings", headers=person.headers)
    assert answer.status == 200, answer.body
    return {name: value for name, value in answer.json.items() if name in DEFAULTS}


async def change(guildhall, person, **body):
    return await guildhall.request("PATCH", "/api/v1/me/settings", json=body, headers=person.headers)


async def test_what_nobody_has_touched_is_the_documents_default(guildhall):
    assert await read(guildhall, await sign_in(guildhall)) == DEFAULTS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "light"),
        ("theme", "auto"),
        ("default_character_id", 2112625428),
        ("language", "pt-BR"),
        ("notify_skill_complete", False),
        ("notify_market_orders", False),
        ("notify_industry_jobs", False),
        ("notify_pi_extractors", True),
        ("notify_eve_mail", False),
        ("share_activity_stats", True),
    ],
)
async def test_one_preference_changes_and_the_others_stay(guildhall, name, value):
    ann, ben = await sign_in(guildhall), await sign_in(guildhall)

    answer = await change(guildhall, ann, **{name: value})

    assert answer.status == 200, answer.body
    assert await read(guildhall, ann) == {**DEFAULTS, name: value}
    assert await read(guildhall, ben) == DEFAULTS


async def test_a_character_can_be_taken_back(guildhall):
    ann = await sign_in(guildhall)
    await change(guildhall, ann, default_character_id=90000001)
    await change(guildhall, ann, theme="light")
    assert (await read(guildhall, ann))["default_character_id"] == 90000001

    await change(guildhall, ann, default_character_id=None)

    assert (await read(guildhall, ann))["default_character_id"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"theme": "pink"},
        {"theme": None},
        {"language": ""},
        {"language": "e\x00n"},
        {"language": "en\n"},
        {"language": "x" * 36},
        {"default_character_id": 0},
        {"default_character_id": 2**63},
        {"notify_eve_mail": "yes"},
        {"user_id": "01a1fb98-52be-7de4-8a0f-f9086c7b128f"},
    ],
    ids=str,
)
async def test_what_is_no_preference_is_refused(guildhall, body):
    ann = await sign_in(guildhall)

    assert (await change(guildhall, ann, **body)).status == 400
    assert await read(guildhall, ann) == DEFAULTS


async def test_a_first_look_from_many_devices_at_once_makes_one_row(guildhall):
    ann = await sign_in(guildhall)

    assert await asyncio.gather(*(read(guildhall, ann) for _ in range(16))) == [DEFAULTS] * 16


async def test_an_account_says_what_it_is(guildhall):
    ann = await sign_in(guildhall, name="Ann", email="ann@example.com", role="moderator")

    me = (await guildhall.get("/api/v1/me", headers=ann.headers)).json

    assert {name: me[name] for name in me if name != "created_at"} == {
        "id": str(ann.id),
        "name": "Ann",
        "email": "ann@example.com",
        "email_verified_at": None,
        "role": "moderator",
        "subscription": {"tier": "free", "status": "active", "ends_at": None},
        "has_password": False,
        "totp": False,
        "recovery_codes_left": 0,
        "passkeys": 0,
    }


@pytest.mark.parametrize(
    ("name", "status"), [("Annie Ω", 200), ("", 400), ("   ", 400), ("a\x00b", 400), ("x" * 101, 400)]
)
async def test_a_name_is_a_name(guildhall, name, status):
    ann = await sign_in(guildhall, name="Ann")

    answer = await guildhall.request("PATCH", "/api/v1/me", json={"name": name}, headers=ann.headers)

    assert answer.status == status
    assert (await guildhall.get("/api/v1/me", headers=ann.headers)).json["name"] == (name if status == 200 else "Ann")
