"""Crafting sessions in imports and exports: of a browser, logged here, and out of Craft of Exile's emulator."""

import asyncio
import string
from collections.abc import Mapping

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.packs.poe2.builds.world import code
from tests.packs.poe2.crafting.make import CRAFTING, export

IMPORT, EXPORT = "/api/v1/poe2/import", "/api/v1/poe2/export"
SESSIONS = f"{CRAFTING}/sessions"
RING = {"item_base": "Copper Ring", "item_class": "Ring"}
LIFE = {"rarity": "magic", "mods": [{"text": "+90 to maximum Life", "side": "prefix"}]}


async def log_session(person, *steps: Mapping[str, object], success=None, **begun):
    """Log a session; it stays open without `success`."""
    begun = {**RING, "prices": {"exalted": 1, "transmute": 0.125, "omen-of-light": 3.5}} | begun
    session = (await person.post(f"{SESSIONS}/", json=begun)).json
    for number, step in enumerate(steps, 1):
        answer = await person.post(f"{SESSIONS}/{session['id']}/steps", json={"number": number, **step})
        assert answer.status == 201, answer
    if success is not None:
        end = {"success": success, "final_item": LIFE}
        assert (await person.post(f"{SESSIONS}/{session['id']}/completion", json=end)).status in (200, 201)
    return session["id"]


async def told(person):
    """All sessions of a person with their steps, without what each server makes itself."""
    found = []
    for card in await person.items(f"{SESSIONS}/"):
        session = (await person.get(f"{SESSIONS}/{card['id']}")).json
        steps = await person.items(f"{SESSIONS}/{card['id']}/steps")
        found.append({**session, "steps": steps, "id": None, "strategy_id": None})
    return sorted(found, key=lambda one: one["created_at"])


async def test_sessions_come_back_whole_and_the_export_is_byte_equal(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    step = {"action": "transmute", "omens": ["omen-of-light"], "before": {}, "after": LIFE, "note": "Lucky!",
            "at": "2026-06-01T10:00:00+02:00"}  # fmt: skip
    await log_session(
        ana, step, {"action": "new-base"}, {"action": "mystery"}, success=True, title="Life", note="A gift"
    )
    await log_session(ana, step, league="Nobody Knows (PL123)", target_mods=[{"text": "life"}], item_level=82)
    await ana.post(f"{SESSIONS}/imports", json={"export": export(), **RING, "success": False})
    exported = await ana.get(EXPORT)

    own = (await ana.post(IMPORT, json=exported.json)).json
    report = (await bo.post(IMPORT, json=exported.json)).json
    again = (await bo.post(f"{SESSIONS}/imports", json={"export": export(), **RING})).json

    assert (own["known"], own["added"]) == (3, 0)
    assert (report["added"], report["refused"]) == (3, 0)
    assert (await bo.get(EXPORT)).body == exported.body
    assert await told(bo) == await told(ana)
    assert again["again"] is True
    done, still_open = exported.json["sessions"][:2]
    assert (done["success"], done["steps"][0]["cost"], done["steps"][0]["prices"]["omen-of-light"]["price"]) == (
        True, "3.625", "3.5",
    )  # fmt: skip
    assert "completed_at" not in still_open
    goes_on = next(one for one in await bo.items(f"{SESSIONS}/") if one["completed_at"] is None)
    logged = await bo.post(f"{SESSIONS}/{goes_on['id']}/steps", json={"number": 2, "action": "transmute"})
    assert logged.json["session"]["total_cost"] == "3.750"


async def test_a_session_that_went_on_is_the_same_session(guildhall):
    ana = await guildhall.sign_in()
    id = await log_session(ana, {"action": "transmute"})
    before = (await ana.get(EXPORT)).json
    await ana.post(f"{SESSIONS}/{id}/steps", json={"number": 2, "action": "transmute"})

    report = (await ana.post(IMPORT, json=before)).json

    assert [(one["outcome"], one["id"]) for one in report["records"]] == [("known", id)]
    assert [one["step_count"] for one in await ana.items(f"{SESSIONS}/")] == [2]


async def test_a_browsers_own_spelling_is_read_and_what_nobody_knows_stays(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    session: dict[str, object] = {
        "itemBase": "Gold Ring", "itemClass": "Ring", "targetMods": ["life"], "totalCost": 7, "mood": {"a": [1, None]},
        "steps": [{"action": "chaos", "cost": "2.50", "clicked": True}, {"action": "vaal", "units": {"vaal": 2}}],
        "success": False, "finalItem": LIFE | {"icon": "ring.png"}, "createdAt": "2026-05-30T08:00:00Z",
        "completedAt": "2026-05-30T09:00:00Z", "sessionDuration": 3600, "attemptCount": 4,
    }  # fmt: skip
    browser: dict[str, object] = {
        "poe2-crafting-sessions": msgspec.json.encode([session]).decode(),
        "characterSnapshots": [{"characterName": "Mirelle", "class": "Ranger", "level": 91, "mood": "good",
                                "snapshotAt": "2026-06-01T10:00:00Z"}],
        "buildTemplates": msgspec.json.encode([{"code": code(1), "likes": 12}]).decode(),
        "community_metrics": [{"n": 2}, {"n": 1}],
        "recent": [],
    }  # fmt: skip

    report = (await ana.post(IMPORT, json=browser)).json
    exported = await ana.get(EXPORT)
    carried = (await bo.post(IMPORT, json=exported.json)).json

    assert [(one["kind"], one["outcome"]) for one in report["records"]] == [
        ("session", "added"), ("snapshot", "added"), ("template", "added"), ("community_metrics", "kept"),
        ("community_metrics", "kept"), ("recent", "kept"),
    ]  # fmt: skip
    (found,) = await told(ana)
    assert (found["origin"], found["attempt_count"], found["session_duration"]) == ("import", 4, 3600)
    assert (found["priced_cost"], found["total_cost"], found["unpriced_steps"]) == ("2.50", None, 1)
    file = exported.json
    (kept,) = file["sessions"]
    assert (kept["totalCost"], kept["mood"], kept["final_item"]["icon"]) == (7, {"a": [1, None]}, "ring.png")
    assert kept["steps"][0]["clicked"] is True
    assert (file["templates"][0]["likes"], file["snapshots"][0]["mood"]) == (12, "good")
    assert (file["community_metrics"], file["recent"]) == ([{"n": 2}, {"n": 1}], [[]])
    assert carried["refused"] == 0
    assert (await bo.get(EXPORT)).body == exported.body


async def test_what_is_no_session_is_refused_with_a_reason(start_guildhall):
    guildhall = await start_guildhall(
        poe2={"crafting_steps_most": 1, "crafting_open_most": 1, "crafting_sessions_most": 2}
    )
    ana = await guildhall.sign_in()
    tiny = {"price": "1e-99", "source": "person", "at": "2026-06-01T10:00:00Z"}
    wrong: list[object] = [
        {}, 7, "text", RING | {"steps": [{}]}, RING | {"item_level": 0}, RING | {"created_at": "2026-06-01T10:00:00"},
        RING | {"steps": [{"action": "a", "cost": "-1"}]}, RING | {"steps": [{"action": "a", "cost": "1e99"}]},
        RING | {"steps": [{"action": "a", "cost": "NaN"}]},
        RING | {"created_at": "2026-06-02T00:00:00Z", "completed_at": "2026-06-01T00:00:00Z"},
        RING | {"title": "a\0b"}, RING | {"export_hash": "12"}, RING | {"steps": [{"action": "a"}, {"action": "b"}]},
        RING | {"steps": [{"action": "a", "prices": {"a": tiny}}]},
    ]  # fmt: skip
    good = [RING, RING | {"title": "Too many open"}, RING | {"success": True}, RING | {"success": False}]

    report = (await ana.post(IMPORT, json={"sessions": [*wrong, *good]})).json

    refused, rest = report["records"][: len(wrong)], report["records"][len(wrong) :]
    assert {one["outcome"] for one in refused} == {"refused"}, refused
    assert {one["code"] for one in refused} == {"bad_record", "poe2.too_many_steps"}
    assert [one["code"] for one in rest] == [None, "poe2.too_many_open_sessions", None, "poe2.too_many_sessions"]


async def test_prices_of_the_market_count_where_a_browser_has_none(guildhall, jobs_db):
    ana = await guildhall.sign_in()
    session = RING | {"prices": {"chaos": 0.5}, "success": True, "steps": [{"action": "chaos"}, {"action": "vaal"}]}

    await ana.post(IMPORT, json={"sessions": [session]})

    (found,) = await told(ana)
    assert [(one["cost"], one["prices"].get("chaos", {}).get("source")) for one in found["steps"]] == [
        ("0.5", "person"), (None, None),
    ]  # fmt: skip


TEXT = st.text(string.ascii_letters + "äß 漢😀_-", min_size=1, max_size=12).filter(str.strip)
NAME = st.text(string.ascii_lowercase, min_size=1, max_size=6)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
TIMES = st.datetimes().filter(lambda at: 1971 < at.year < 9000).map(lambda at: at.isoformat() + "Z")
AMOUNT = st.decimals("0", "1e9", places=4).map(str)
ITEM = st.fixed_dictionaries(
    {"rarity": st.sampled_from(["normal", "magic", "rare", "unique"])},
    optional={
        "item_level": st.integers(1, 100), "corrupted": st.booleans(), "quality": st.integers(0, 100), "odd": JSON,
        "mods": st.lists(st.fixed_dictionaries({"text": TEXT}, optional={
            "mod": NAME, "rolls": st.lists(st.floats(-1e6, 1e6), max_size=2), "fractured": st.booleans()}), max_size=2),
    },
)  # fmt: skip
PRICE = st.fixed_dictionaries({"price": AMOUNT, "source": st.sampled_from(["market", "person"]), "at": TIMES})
STEP = st.fixed_dictionaries(
    {"action": NAME},
    optional={
        "omens": st.lists(NAME, max_size=2), "before": ITEM, "after": ITEM, "at": TIMES, "logged_at": TIMES,
        "units": st.dictionaries(NAME, st.integers(0, 9), max_size=2), "cost": AMOUNT, "note": TEXT,
        "prices": st.dictionaries(NAME, PRICE, max_size=2), "odd": JSON,
        "odds": st.fixed_dictionaries({"source": TEXT}, optional={"chance": st.floats(0, 1), "patch": NAME}),
    },
)  # fmt: skip
SESSION = st.fixed_dictionaries(
    {"item_base": TEXT, "item_class": TEXT},
    optional={
        "item_level": st.integers(1, 100), "target_mods": st.lists(TEXT, max_size=2), "title": TEXT, "note": TEXT,
        "league": TEXT, "price_base": NAME, "prices": st.dictionaries(NAME, st.floats(1e-6, 1e6), max_size=2),
        "steps": st.lists(STEP, max_size=3), "success": st.booleans() | st.none(), "final_item": ITEM,
        "created_at": st.just("2026-06-01T10:00:00Z") | TIMES, "completed_at": st.just("9500-01-01T00:00:00Z"),
        "session_duration": st.integers(0, 10**6), "attempt_count": st.integers(1, 9), "odd": JSON,
    },
)  # fmt: skip
SNAPSHOT = st.fixed_dictionaries(
    {"character_name": TEXT, "class": TEXT, "level": st.integers(1, 3), "snapshot_at": TIMES},
    optional={"stats": st.dictionaries(TEXT, JSON, max_size=2), "experience": st.integers(0, 2**53), "odd": JSON,
              "calculated_dps": st.floats(1e-3, 1e12), "ascendancy": TEXT, "league": TEXT},
)  # fmt: skip
TEMPLATE = st.fixed_dictionaries(
    {"code": st.sampled_from([code(1), code(2)])},
    optional={"title": TEXT, "description": TEXT, "tags": st.lists(NAME, max_size=2), "odd": JSON,
              "calculator": NAME | st.none(), "league": TEXT, "visibility": st.sampled_from(["draft", "public"])},
)  # fmt: skip
FILES = st.fixed_dictionaries(
    {},
    optional={
        "sessions": st.lists(SESSION, max_size=3), "snapshots": st.lists(SNAPSHOT, max_size=3),
        "templates": st.lists(TEMPLATE, max_size=2), "metrics": JSON, "theme": st.lists(JSON, max_size=3),
    },
)  # fmt: skip


async def test_any_file_s_export_is_imported_elsewhere_to_the_same_bytes(guildhall):
    loop = asyncio.get_running_loop()

    async def carry(file):
        ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
        first = (await ana.post(IMPORT, json=file)).json
        exported = await ana.get(EXPORT)
        back = (await ana.post(IMPORT, json=exported.json)).json
        over = (await bo.post(IMPORT, json=exported.json)).json
        assert first["left"] == back["added"] == back["refused"] == over["refused"] == 0, (first, back, over)
        assert (await ana.get(EXPORT)).body == exported.body
        assert (await bo.get(EXPORT)).body == exported.body

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(FILES)
    def files(file):
        asyncio.run_coroutine_threadsafe(carry(file), loop).result()

    await asyncio.to_thread(files)
