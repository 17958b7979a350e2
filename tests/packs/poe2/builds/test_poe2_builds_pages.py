"""Short addresses as people open them and chat programs unfold them."""

import asyncio
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, cast

import pytest
from PIL import Image

from guildhall.packs.poe2.builds.cards.drawing import Drawer
from guildhall.packs.poe2.builds.cards.shown import Shown, short_number
from guildhall.packs.poe2.builds.views.cards import Cards
from tests.packs.poe2.builds.world import BUILDS, code, edit, made_build

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;"
SITE = "http://127.0.0.1:8000"


class Tags(HTMLParser):
    """The tags of a page, and its metadata."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.named: dict[str, str | None] = {}
        self.links: dict[str, str | None] = {}
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.attributes |= found.keys()
        if tag == "meta" and (name := found.get("property") or found.get("name") or found.get("http-equiv")):
            self.named[name] = found.get("content")
        if tag == "link":
            self.links[cast(str, found["rel"])] = found.get("href")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


async def page(client: Any, build: Any) -> tuple[Any, Tags]:
    """A build's page as a browser gets it."""
    answer = await client.get(f"/b/{build['short_id']}", headers={"Accept": "text/html,application/xhtml+xml"})
    return answer, Tags(answer.body.decode())


async def test_a_page_has_what_chat_programs_show(guildhall):
    ana = await guildhall.sign_in(name="Ana")
    build = await made_build(ana, 1, title="Fast bow", description="Clears\nfast", league="Runes of Aldur")

    answer, found = await page(guildhall, build)

    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert found.named["og:title"] == "Fast bow"
    assert found.named["og:url"] == found.links["canonical"] == f"{SITE}/b/{build['short_id']}"
    assert found.named["og:image"] == f"{SITE}/b/{build['short_id']}/card.png?r=1"
    assert found.named["twitter:card"] == "summary_large_image"
    words = found.named["og:description"] or ""
    assert f"Level {build['level']} {build['ascendancy'] or build['class']}" in words
    assert "Runes of Aldur, patch" in words
    assert words.endswith("By Ana. Clears fast")
    assert found.links["alternate"] == f"{SITE}/api/v1/poe2/oembed?url={SITE}/b/{build['short_id']}"
    assert "refresh" not in found.named


async def test_what_people_write_is_text_in_a_page_and_nothing_else(guildhall):
    ana = await guildhall.sign_in(name=HOSTILE)
    build = await made_build(ana, 1, title=HOSTILE, description=HOSTILE, league=HOSTILE)

    answer, found = await page(guildhall, build)

    assert set(found.tags) == {"html", "head", "meta", "title", "link", "body", "h1", "p", "img", "a"}
    assert found.tags.count("img") == 1
    assert found.named["og:title"] == HOSTILE
    assert found.texts.count(HOSTILE) == 2
    policy = answer.headers.getall("content-security-policy")
    assert policy == ["default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in found.attributes if name.startswith(("on", "style"))]


async def test_a_browser_is_led_to_an_own_page_and_a_program_to_the_json(start_guildhall):
    guildhall = await start_guildhall(poe2={"page_url": "https://builds.example/{short_id}?a=1&b=2"})
    build = await made_build(await guildhall.sign_in(), 1)

    _, found = await page(guildhall, build)
    program = await guildhall.get(f"/b/{build['short_id']}", headers={"Accept": "application/json"})

    assert found.named["refresh"] == f"0; url=https://builds.example/{build['short_id']}?a=1&b=2"
    assert (program.status, program.headers["location"]) == (303, f"/api/v1/poe2/b/{build['short_id']}")
    assert (await guildhall.get(program.headers["location"])).json["id"] == build["id"]


async def test_the_code_is_the_one_that_was_sent(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 7)
    await edit(ana, build, content={"code": code(8)})
    path = f"/b/{build['short_id']}/raw"

    latest, first = await guildhall.get(path), await guildhall.get(f"{path}?version=1")
    none = await guildhall.get(f"{path}?version=3")

    assert (latest.body.decode(), first.body.decode()) == (code(8), code(7))
    assert latest.headers["content-type"].startswith("text/plain")
    assert (none.status, none.code) == (404, "poe2.version_not_found")


async def test_a_card_is_a_picture_that_is_drawn_once(guildhall):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1, title="ЖЖ 中 Señor — bow " + "word " * 40)
    path = f"/b/{build['short_id']}/card.png"
    cards = cast(Cards, guildhall.runtime.provided[Cards])

    answers = await asyncio.gather(*(guildhall.get(path) for _ in range(6)))
    again = await guildhall.get(path, headers={"If-None-Match": answers[0].headers["etag"]})
    other = (await edit(ana, build, title="Another")).json["build"]
    changed = await guildhall.get(path)

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert again.status == 304
    assert Image.open(BytesIO(answers[0].body)).size == (1200, 630)
    assert len(answers[0].body) < 60_000
    assert changed.body != answers[0].body
    assert len(cards._kept) == 2
    assert (await edit(ana, other, visibility="draft")).status == 200
    assert (await guildhall.get(path)).status == 404


async def test_pictures_in_memory_are_bounded_and_so_are_those_that_wait(start_guildhall, monkeypatch):
    guildhall = await start_guildhall()
    ana = await guildhall.sign_in()
    builds = [await made_build(ana, 1, title=f"Build {number}") for number in range(4)]
    cards = cast(Cards, guildhall.runtime.provided[Cards])
    size = len((await guildhall.get(f"/b/{builds[0]['short_id']}/card.png")).body)
    monkeypatch.setattr(cards, "_most", int(size * 2.5))

    for build in builds:
        assert (await guildhall.get(f"/b/{build['short_id']}/card.png")).status == 200
    assert len(cards._kept) == 2
    assert cards._size == sum(len(key) + len(picture) for key, picture in cards._kept.items()) <= size * 2.5

    monkeypatch.setattr(cards, "_waiting", 32)
    busy = await guildhall.get(f"/b/{builds[0]['short_id']}/card.png")
    assert (busy.status, busy.code, busy.headers["retry-after"]) == (503, "poe2.cards_busy", "2")


def test_a_card_of_nothing_that_can_be_drawn_is_drawn_all_the_same():
    card = Drawer(None).draw(Shown("中文", "中", "中", [], "中", ["中" * 30]))

    assert Image.open(BytesIO(card)).size == (1200, 630)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (999, "999"), (1000, "1k"), (999_700, "1M"), (1_234_567, "1.23M"), (2.5e13, "25T")],
)
def test_numbers_are_short(value, text):
    assert short_number(value) == text


async def test_oembed_answers_for_own_public_builds(guildhall):
    ana = await guildhall.sign_in(name="Ana")
    build = await made_build(ana, 1, title="Fast bow")
    url = f"{SITE}/b/{build['short_id']}"

    found = await guildhall.get("/api/v1/poe2/oembed", params={"url": url, "format": "json"})

    assert found.status == 200
    assert (found.json["version"], found.json["type"], found.json["title"]) == ("1.0", "link", "Fast bow")
    assert found.json["author_name"] == "Ana"
    assert found.json["thumbnail_url"] == f"{url}/card.png?r=1"


@pytest.mark.parametrize(
    ("url", "status", "error"),
    [
        ("https://elsewhere.example/b/{short_id}", 400, "poe2.not_an_address"),
        ("http://127.0.0.1:8000@elsewhere.example/b/{short_id}", 400, "poe2.not_an_address"),
        ("http://x@127.0.0.1:8000/b/{short_id}", 400, "poe2.not_an_address"),
        ("http://127.0.0.1:9/b/{short_id}", 400, "poe2.not_an_address"),
        ("http://127.0.0.1:99999/b/{short_id}", 400, "poe2.not_an_address"),
        ("http://127.0.0.1:8000/c/{short_id}", 400, "poe2.not_an_address"),
        ("http://127.0.0.1:8000/b/{short_id}/raw", 400, "poe2.not_an_address"),
        ("http://[", 400, "poe2.not_an_address"),
        ("http://127.0.0.1:8000/b/nonsense", 404, "poe2.build_not_found"),
    ],
)
async def test_oembed_answers_for_nothing_else(guildhall, url, status, error):
    build = await made_build(await guildhall.sign_in(), 1)

    answer = await guildhall.get("/api/v1/poe2/oembed", params={"url": url.format(short_id=build["short_id"])})

    assert (answer.status, answer.code) == (status, error)


async def test_oembed_has_no_other_format(guildhall):
    answer = await guildhall.get("/api/v1/poe2/oembed", params={"url": f"{SITE}/b/x", "format": "xml"})

    assert (answer.status, answer.code) == (400, "poe2.format_unknown")


async def test_pages_of_what_is_not_public(guildhall):
    ana = await guildhall.sign_in()
    draft, unlisted = await made_build(ana, 1, visibility="draft"), await made_build(ana, 2, visibility="unlisted")
    paths = ("", "/raw", "/card.png")
    cards = cast(Cards, guildhall.runtime.provided[Cards])

    drafts = [await guildhall.get(f"/b/{draft['short_id']}{path}") for path in paths]
    hidden = [await guildhall.get(f"/b/{unlisted['short_id']}{path}") for path in paths]
    _, found = await page(guildhall, unlisted)
    embedded = [
        await guildhall.get("/api/v1/poe2/oembed", params={"url": f"{SITE}/b/{build['short_id']}"})
        for build in (draft, unlisted)
    ]

    assert {(answer.status, answer.code) for answer in drafts + embedded} == {(404, "poe2.build_not_found")}
    assert {(answer.status, answer.headers["cache-control"]) for answer in hidden} == {(200, "private, no-store")}
    assert found.named["robots"] == "noindex, nofollow"
    assert "alternate" not in found.links
    assert len(cards._kept) == 0
    assert (await ana.get(f"/b/{draft['short_id']}/raw")).body.decode() == code(1)
    assert (await ana.delete(f"{BUILDS}/{unlisted['id']}")).status == 204
    gone = [await guildhall.get(f"/b/{unlisted['short_id']}{path}") for path in paths]
    assert {(answer.status, answer.code) for answer in gone} == {(410, "poe2.build_gone")}
