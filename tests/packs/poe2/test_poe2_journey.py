"""A player's whole way over real HTTP: from a browser's storage to a build that others find, review and follow.

The stand-ins of the game and of the market are asked as their originals would be; nothing is written past the product.
"""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import msgspec
import pytest

from guildhall.core.fresh.messages import RefreshKept
from guildhall.packs.poe2.discovery.messages import TakeCensus
from guildhall.packs.poe2.market.messages import SyncMarket
from guildhall.packs.poe2.opinions.messages import VerifyReviews
from guildhall.packs.poe2.sandbox import BuildMaker
from guildhall.packs.poe2.sandbox.market import make_scout
from guildhall.sandbox import CLOCK
from guildhall.testing.running import run_app
from tests.packs.poe2.builds.world import code
from tests.packs.poe2.crafting.make import make_game

pytestmark = pytest.mark.slow

API = "/api/v1/poe2"
RING = {"item_base": "Copper Ring", "item_class": "Ring"}


@pytest.fixture
async def world(start_guildhall, ggg, tmp_path):
    """The product in front of both stand-ins, with the market's prices and a patch's crafting data."""
    scout = make_scout()
    async with run_app(scout) as address:
        ggg.clock.lead(lambda by: scout[CLOCK].advance(by.total_seconds()))
        market = {"scout_url": address, "scout_contact": "tests@example.com", "scout_minute_limit": 0}
        house = await start_guildhall(
            clock=ggg.clock, poe2={**ggg.settings, **market}, social={"broadcast_delay_seconds": 0}
        )
        game = make_game(rare=(3, 3))
        file = tmp_path / "mods.json"
        file.write_bytes(msgspec.json.encode({"mods": list(game.mods.values()), "bases": list(game.bases.values())}))
        await house.command("poe2", "crafting", "import", str(file), "--patch", "0.5", "--source", "a made-up table")
        await house.work(SyncMarket(now=True))
        yield house


def browser():
    """What a browser held: a build, two snapshots of a character, a session of crafting, and metrics."""
    session = {**RING, "steps": [{"action": "chaos", "cost": "2"}], "success": False,
               "createdAt": "2026-05-30T08:00:00Z"}  # fmt: skip
    snapshot = {"characterName": "Mirelle", "class": "Ranger1", "snapshotAt": "2026-05-30T08:00:00Z", "level": 60}
    return {
        "buildTemplates": msgspec.json.encode([{"code": code(77), "title": "From my browser"}]).decode(),
        "characterSnapshots": [snapshot, snapshot | {"level": 61, "snapshotAt": "2026-05-31T08:00:00Z"}],
        "craftingSessions": [session],
        "communityMetrics": {"opened": 12},
    }


def codes_of(class_name, ascendancy, most, number):
    """Codes of builds of a class that a character of a level can be."""
    found = []
    for seed in range(1, 2000):
        xml = BuildMaker(seed).xml()
        head = xml[: xml.index("<Import")]
        level = int(head.split('level="')[1].split('"')[0])
        if f'className="{class_name}"' in head and f'"{ascendancy}"' in head and level <= most:
            found.append(BuildMaker(seed).code())
            if len(found) == number:
                return found
    raise AssertionError("too few builds of this class")


async def test_a_player_s_way(world, ggg):
    stranger = await ggg.sign_in(world, "Exile_Two#1002")
    played = max(
        ggg.account("Exile_Two#1002").characters,
        key=lambda one: (one.ascended(ggg.app_now()) is not None, one.level(ggg.app_now())),
    )
    first_code, second_code = codes_of(played.class_name, played.ascendancy, played.level(ggg.app_now()), 2)
    for seed in range(200, 212):
        made = await stranger.post(f"{API}/builds", json={"content": {"code": code(seed)}, "visibility": "public"})
        assert made.status == 201, made

    # The author signs in, and brings what the browser held.
    author = await ggg.sign_in(world)
    await author.put("/api/v1/me/profile", json={"handle": "first_exile"})
    report = (await author.post(f"{API}/import", json=browser())).json
    assert (report["added"], report["kept"], report["refused"]) == (4, 1, 0)
    assert (await author.post(f"{API}/import", json=browser())).json["known"] == 5

    # A code becomes a build with a short address that opens anywhere, and a picture.
    posted = await author.post(
        f"{API}/builds", json={"content": {"code": first_code}, "visibility": "public", "title": "Two bows"}
    )
    assert posted.status == 201, posted
    build = posted.json["build"]
    page = await world.get(f"/b/{build['short_id']}")
    card = await world.get(f"/b/{build['short_id']}/card.png")
    raw = await world.get(f"/b/{build['short_id']}/raw")
    told_by = urlsplit(unescape(re.findall(r'href="([^"]*oembed[^"]*)"', page.body.decode())[0]))
    oembed = await world.get(f"{told_by.path}?{told_by.query}")
    assert (page.status, card.status, raw.status, oembed.status) == (200, 200, 200, 200), (page, card, raw, oembed)
    assert b"og:image" in page.body
    assert card.body.startswith(b"\x89PNG")
    assert raw.body.decode().strip().rstrip("=") == first_code.rstrip("=")
    assert oembed.json["title"] == "Two bows"

    # A stranger finds it among many, and reviews it; the game has shown the stranger's character.
    await world.work(TakeCensus())
    bands = (await world.get(f"{API}/builds/search", params={"q": "bows"})).json["counts"]["facets"]["ehp"]
    asked = {"class": build["class"], "skill": build["main_skill"], "ehp": bands[0]["value"]}
    if build["uniques"]:
        asked["item"] = build["uniques"][0]
    found = (await stranger.get(f"{API}/builds/search", params=asked)).json["items"]
    assert build["short_id"] in [one["short_id"] for one in found]
    assert len(found) < 13
    await stranger.put("/api/v1/me/profile", json={"handle": "stranger"})
    unseen = (await stranger.put(f"{API}/builds/{build['id']}/review", json={"rating": 5, "review": "It clears."})).json
    assert unseen["is_verified_clear"] is False
    assert (await stranger.put(f"{API}/characters/{played.name}/watch")).status == 200
    await ggg.pass_time(world, timedelta(minutes=1))
    await world.work(RefreshKept("poe2_characters"))
    await world.work(VerifyReviews())
    seen = (await world.get(f"{API}/builds/{build['id']}/reviews")).json["items"]
    assert [(one["rating"], one["is_verified_clear"]) for one in seen] == [(5, True)]

    # Comments are answered; the stranger follows, and hears of version 2, which stands beside version 1.
    comments = f"{API}/builds/{build['short_id']}/comments"
    asked_for = (await stranger.post(comments, json={"content": "Which quiver?"})).json
    await author.post(comments, json={"content": "The long one.", "parent_comment_id": asked_for["id"]})
    answers = await world.items(f"{API}/comments/{asked_for['id']}/answers")
    assert [one["content"] for one in answers] == ["The long one."]
    assert (await stranger.put(f"/api/v1/me/following/{author.id}")).status < 300
    edited = await author.patch(
        f"{API}/builds/{build['id']}", json={"revision": build["revision"], "content": {"code": second_code}}
    )
    assert edited.json["build"]["latest_version"] == 2, edited
    compared = (
        await world.get(
            f"{API}/builds/compare", params={"left": f"{build['short_id']}@1", "right": f"{build['short_id']}@2"}
        )
    ).json
    assert [one["version_number"] for one in (compared["left"], compared["right"])] == [1, 2]
    assert compared["changes"]
    await world.work()
    feed = await stranger.items("/api/v1/me/feed")
    notices = await stranger.items("/api/v1/notifications")
    assert "Two bows" in [one["data"]["title"] for one in feed]
    assert any("Two bows" in f"{one['title']} {one.get('body')}" for one in notices), notices

    # The author's own character shows what the attached build claims, over days.
    own = ggg.sheet(4)
    (fitting,) = codes_of(own.class_name, own.ascendancy, 100, 1)
    mine = (await author.post(f"{API}/builds", json={"content": {"code": fitting}, "title": "Mine"})).json["build"]
    assert (await author.put(f"{API}/characters/{own.name}/watch")).status == 200
    await world.work(RefreshKept("poe2_characters"))
    attached = await author.put(f"{API}/characters/{own.name}/build", json={"build": mine["short_id"]})
    assert attached.status == 200, attached
    await ggg.pass_time(world, timedelta(days=1))
    await ggg.control(f"/characters/{own.name}", {"play_hours": 4, "swap": True})
    author, stranger = await ggg.sign_in(world), await ggg.sign_in(world, "Exile_Two#1002")
    assert (await author.post(f"{API}/characters/{own.name}/refresh")).status < 300
    await world.work(RefreshKept("poe2_characters"))
    progress = await author.items(f"{API}/characters/{own.name}/progress")
    assert len(progress) >= 2
    assert progress[0]["calculated_ehp"] == pytest.approx(mine["ehp"])

    # A session is logged step by step, at the prices of the day, with estimated odds, and becomes a strategy.
    await world.work(SyncMarket(now=True))
    league = next(one["name"] for one in await world.items(f"{API}/market/leagues?current=true"))
    begun = {
        **RING,
        "item_level": 82,
        "league": league,
        "patch": "0.5",
        "target_mods": [{"text": "life", "type": "Life"}],
    }
    session = (await author.post(f"{API}/crafting/sessions", json=begun)).json
    steps = f"{API}/crafting/sessions/{session['id']}/steps"
    life = {"rarity": "magic", "mods": [{"mod": "Life1"}]}
    step = await author.post(steps, json={"number": 1, "action": "transmute", "before": {}, "after": life})
    assert step.status == 201, step
    odds, price = step.json["step"]["odds"], step.json["step"]["prices"]["transmute"]
    assert (odds["estimated"], odds["patch"]) == (True, "0.5")
    assert odds["source"]
    assert 0 < odds["chance"] <= odds["wanted"] < 1
    assert (price["source"], step.json["step"]["cost"]) == ("market", price["price"])
    done = await author.post(
        f"{API}/crafting/sessions/{session['id']}/completion", json={"success": True, "final_item": life}
    )
    assert done.json["total_cost"] == price["price"]
    strategy = (
        await author.post(
            f"{API}/crafting/sessions/{session['id']}/strategy", json={"name": "One orb", "is_public": True}
        )
    ).json
    for success in (True, False, None):
        tried = (await stranger.post(f"{API}/crafting/sessions", json={**RING, "strategy_id": strategy["id"]})).json
        await stranger.post(f"{API}/crafting/sessions/{tried['id']}/completion", json={"success": success})
    told = (await world.get(f"{API}/crafting/strategies/{strategy['id']}")).json
    assert (told["uses_count"], told["success_count"], told["success_interval"]["known"]) == (4, 2, 3), told

    # A price is looked up, with its candles.
    item = (await world.get(f"{API}/market/items", params={"q": "Divine"})).json["items"][0]
    shown = (await world.get(f"{API}/market/items/{item['id']}")).json
    candles = await world.get(f"{API}/market/items/{item['id']}/candles", params={"league": league})
    assert league in [one["league"] for one in shown["prices"]]
    assert any(one["candle"] is not None for one in candles.json["candles"]), candles

    # All of it goes elsewhere as one file.
    exported = await author.get(f"{API}/export")
    other = await world.sign_in()
    carried = (await other.post(f"{API}/import", json=exported.json)).json
    assert (carried["refused"], carried["known"]) == (0, 0)
    assert (await other.get(f"{API}/export")).body == exported.body
    assert ggg.policies.violations == 0
