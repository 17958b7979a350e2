"""Stand-ins of the kit, driven over HTTP: recorded answers, tables, routes, limits, and every fault."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from guildhall.sandbox import (
    CALLS,
    CLOCK,
    FAULTS,
    LIMITS,
    Answer,
    Ask,
    Fault,
    FaultMode,
    Limit,
    Misread,
    Recorded,
    Refused,
    Route,
    StandIn,
    Table,
)
from tests.sandbox.driving import driven

EPOCH = datetime(2026, 1, 31, 12, tzinfo=UTC)
JSON = {"content-type": "application/json"}
USERS = [{"username": f"User{number}", "rating": 1000 + number % 3} for number in range(45)]


def write(folder: Path, **recordings: dict[str, Any]) -> Path:
    """Write recordings as `guildhall sandbox record` does."""
    folder.mkdir(exist_ok=True)
    for name, one in recordings.items():
        full = {"recording": 1, "status": 200, "headers": JSON, **one}
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(full))
    return folder


@pytest.fixture
def recorded(tmp_path):
    api = "https://lichess.example/api"
    dates = {"date": "Thu, 01 Jan 2026 10:00:00 GMT", "expires": "Thu, 01 Jan 2026 10:05:00 GMT"}
    return write(
        tmp_path / "recorded",
        user={
            "url": f"{api}/user/Player1",
            "headers": {**JSON, **dates, "etag": '"own"', "link": f"<{api}/user/Player1/games>; rel=games",
                        "x-ratelimit-remaining": "7"},
            "json": {"username": "Player1", "url": f"{api}/user/Player1", "rows": [{"n": 1}, {"n": 2}]},
        },
        nobody={"url": f"{api}/user/Player2", "status": 404, "json": {"error": "no such user"}},
        first={"url": f"{api}/games?max=2", "json": [1, 2]},
        second={"url": f"{api}/games?max=2&page=2", "json": [3]},
        lines={"url": f"{api}/stream", "headers": {"content-type": "application/x-ndjson"}, "lines": [{"n": 1}, 2]},
        page={"url": f"{api}/page", "headers": {"content-type": "text/plain"}, "text": "Grüße"},
        image={"url": f"{api}/logo.png", "headers": {"content-type": "image/png"}, "omitted": 9},
        moved={"url": f"{api}/old", "status": 301, "headers": {"location": "/api/games"}, "text": ""},
        spaced={"url": f"{api}/a%20b/%C3%BC?q=x%20y&api_key=Q", "json": "spaced"},
    )  # fmt: skip


async def test_recorded_answers_are_served_with_their_headers_links_and_statuses(recorded):
    async with driven(StandIn(Recorded(recorded), epoch=EPOCH)) as game:
        user = await game.ask("/api/user/Player1")
        games = await asyncio.gather(*map(game.ask, ("/api/games?max=2", "/api/games?page=2&max=2&api_key=secret")))
        stream, page, image, moved = [
            await game.ask(f"/api/{path}") for path in ("stream", "page", "logo.png", "old")
        ]  # fmt: skip
        spaced = await game.ask("/api/a%20b/%C3%BC?q=x+y")
        head = await game.ask("/api/user/Player1", "HEAD")

    assert user.json["url"] == f"{game.address}/api/user/Player1"
    assert user.headers["Link"] == f"<{game.address}/api/user/Player1/games>; rel=games"
    assert user.headers["Etag"] == '"own"'
    assert (parsedate_to_datetime(user.headers["Expires"]) - parsedate_to_datetime(user.headers["Date"])).seconds in (
        299, 300, 301,
    )  # fmt: skip
    assert user.headers["X-Ratelimit-Remaining"] == "7"
    assert [one.json for one in games] == [[1, 2], [3]]
    assert (stream.body, page.body.decode(), image.body) == (b'{"n":1}\n2\n', "Grüße", bytes(9))
    assert (moved.status, moved.headers["Location"]) == (301, "/api/games")
    assert spaced.json == "spaced"
    assert (head.status, head.body) == (200, b"")


async def test_what_was_not_recorded_is_a_404_with_the_reason(recorded):
    async with driven(StandIn(Recorded(recorded))) as game:
        unknown_id = await game.ask("/api/user/stranger")
        elsewhere = await game.ask("/api/nothing/here")
        third_page = await game.ask("/api/games?max=2&page=3")
        other_max = await game.ask("/api/games?max=5")
        unheard_of = await game.ask("/api/games?max=2&fields=all")
        cursor = await game.ask("/api/user/Player1?cursor=abc")
        post = await game.ask("/api/user/Player1", "POST", json={})

    assert (unknown_id.status, unknown_id.json) == (404, {"error": "no such user"})
    assert (elsewhere.status, post.status) == (404, 404)
    assert "there are recordings" in third_page.json["error"].lower()
    assert (third_page.status, other_max.status, cursor.status) == (404, 404, 404)
    assert unheard_of.json == [1, 2]


async def test_a_client_that_has_the_answer_gets_304(recorded):
    stand_in = StandIn(Recorded(recorded), Table("/users/{username}", USERS), fresh=60)
    async with driven(stand_in) as game:
        first = await game.ask("/users/user1")
        known = await game.ask("/users/user1", If_None_Match=f'"x", W/{first.headers["ETag"]}')
        other = await game.ask("/users/user2", If_None_Match=first.headers["ETag"])
        own = await game.ask("/api/user/Player1", If_None_Match='"own"')
        missing = await game.ask("/users/nobody", If_None_Match="*")

    assert (known.status, known.body, known.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert first.headers["Cache-Control"] == "max-age=60"
    assert (other.status, own.status, missing.status) == (200, 304, 404)


async def test_a_table_has_rows_pages_filters_and_takes_new_rows():
    stand_in = StandIn(Table("/users/{username}", USERS))
    async with driven(stand_in) as game:
        one, unknown = await game.ask("/users/uSER7"), await game.ask("/users/nobody")
        seen, path = [], "/users?rating=1001&limit=4"
        while path:
            page = await game.ask(path)
            seen += page.json
            link = page.headers.get("Link", "")
            path = link[1 : link.index(">")].removeprefix(game.address) if link else ""
        offset = await game.ask("/users?offset=44")
        bad = [
            await game.ask(f"/users?{query}") for query in ("page=0", "page=x", "limit=0", "offset=-1", "limit=9999")
        ]
        added = await game.ask("/users", "POST", json={"username": "New"})
        again = await game.ask("/users", "POST", json={"username": "new"})
        bodies: list[Any] = [{}, [], "x"]
        wrong = [await game.ask("/users", "POST", json=body) for body in bodies]
        no_json = await game.session.post(f"{game.address}/users", data=b"{")
        found, not_allowed = await game.ask("/users/new"), await game.ask("/users", "DELETE")
    async with driven(stand_in) as other:
        anew = await other.ask("/users/new")

    assert (one.json, unknown.status) == (USERS[7], 404)
    assert seen == [row for row in USERS if row["rating"] == 1001]
    assert page.headers["X-Total-Count"] == "15"
    assert offset.json == USERS[44:]
    assert {answer.status for answer in bad} == {400}
    assert (added.status, again.status, found.json) == (201, 409, {"username": "New"})
    assert [answer.status for answer in wrong] == [400, 400, 400]
    assert no_json.status == 400
    assert (not_allowed.status, not_allowed.headers["Allow"]) == (405, "GET, POST")
    assert anew.status == 404, "each application has rows of its own"


async def test_a_route_is_a_function_of_the_call():
    def greet(ask: Ask) -> object:
        if ask.parameters["name"] == "nobody":
            raise Refused(404, {"code": 7})
        return {"name": ask.parameters["name"], "times": ask.number("times", 1), "sent": ask.json()}

    raw = Route("GET /raw", lambda _: Answer(b"<a/>", 203, {"Content-Type": "text/xml"}))
    async with driven(StandIn(Route("POST /hello/{name}.json", greet), raw)) as game:
        good = await game.ask("/hello/a%2Fb%20c.json?times=3", "POST", json=[1])
        missing = await game.ask("/hello/nobody.json", "POST", json=1)
        bad = await game.ask("/hello/x.json?times=many", "POST", json=1)
        other = await game.ask("/hello/x.json")
        xml = await game.ask("/raw")

    assert good.json == {"name": "a/b c", "times": 3, "sent": [1]}
    assert (missing.status, missing.json, bad.status, other.status) == (404, {"code": 7}, 400, 404)
    assert (xml.status, xml.body, xml.headers["Content-Type"]) == (203, b"<a/>", "text/xml")


async def test_a_limit_may_refuse_with_a_status_of_its_own(recorded):
    stand_in = StandIn(Recorded(recorded), limit=Limit(1, status=420), epoch=EPOCH)
    async with driven(stand_in) as game:
        answers = [await game.ask("/api/user/Player1") for _ in range(2)]
        await game.control("limits", json={"calls": 100, "reset": True})
        await game.control("faults", json={"mode": "rate_limited", "count": 1})
        usual = await game.ask("/api/user/Player1")
        await game.control("faults", json={"mode": "rate_limited", "status": 429, "count": 1})
        chosen = await game.ask("/api/user/Player1")

    assert [answer.status for answer in answers] == [200, 420]
    assert answers[1].headers["Retry-After"]
    assert (usual.status, chosen.status) == (420, 429)


async def test_the_limit_refuses_with_headers_until_its_window_is_over(recorded):
    stand_in = StandIn(Recorded(recorded), limit=Limit(2, seconds=60, headers="X-Limit"), epoch=EPOCH)
    async with driven(stand_in) as game:
        answers = [await game.ask("/api/user/Player1") for _ in range(3)]
        other = await game.ask("/api/user/Player1", Authorization="Bearer other")
        await game.control("clock", json={"advance_seconds": 60})
        later = await game.ask("/api/user/Player1")
        shown = await game.control("limits", json={"calls": 1, "reset": True})
        again = [await game.ask("/api/user/Player1") for _ in range(2)]
        await game.control("limits", json={"calls": None})
        free = await game.ask("/api/user/Player1")
        changes: list[Any] = [{"calls": -1}, {"seconds": 0}, {"call": 1}, []]
        refused = [await game.ask("/_sandbox/limits", "POST", json=change) for change in changes]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert [answer.headers["X-Limit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert answers[2].headers["Retry-After"] == answers[2].headers["X-Limit-Reset"]
    assert "X-Ratelimit-Remaining" not in answers[0].headers, "the recorded one would contradict"
    assert (other.status, later.status) == (200, 200)
    assert shown == {"calls": 1, "seconds": 60}
    assert [answer.status for answer in again] == [200, 429]
    assert free.status == 200
    assert "X-Limit-Limit" not in free.headers
    assert {answer.status for answer in refused} == {400}


PATH = "/api/user/Player1"


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"mode": "error"}, 500), ({"mode": "error", "status": 503, "retry_after": 9}, 503),
        ({"mode": "rate_limited"}, 429), ({"mode": "rate_limited", "retry_after": 7}, 429), ({"mode": "html"}, 502),
        ({"mode": "redirect"}, 302), ({"mode": "empty"}, 200), ({"mode": "wrong_types"}, 200),
        ({"mode": "odd_row", "row": 1, "field": "n", "value": None}, 200), ({"mode": "slow", "delay": 0.2}, 200),
    ],
)  # fmt: skip
async def test_a_fault_answers_as_it_says_and_heals(recorded, fault, status):
    async with driven(StandIn(Recorded(recorded))) as game:
        given = await game.control("faults", json={**fault, "count": 1, "path": "/api/user/", "method": "GET"})
        shown = await game.control("faults", "GET")
        beside = await game.ask("/api/games?max=2")
        begin = asyncio.get_running_loop().time()
        hit = await game.ask(PATH)
        took = asyncio.get_running_loop().time() - begin
        healed = await game.ask(PATH)
        calls = await game.control("calls", "GET")

    assert (given, shown[0]["fault"]["mode"], shown[0]["left"]) == ({"id": 1}, fault["mode"], 1)
    assert (beside.status, hit.status, healed.status) == (200, status, 200)
    assert calls["calls"][f"GET {PATH}"] == ({str(status): 1, "200": 1} if status != 200 else {"200": 2})
    match fault["mode"]:
        case "error" | "rate_limited":
            usual = None if fault["mode"] == "error" else "60"
            assert hit.headers.get("Retry-After") == str(fault.get("retry_after", usual or "")) or usual is None
            assert hit.json["error"]
        case "html":
            assert hit.body.startswith(b"<!DOCTYPE html>")
        case "redirect":
            assert hit.headers["Location"].startswith("https://elsewhere.invalid")
        case "empty":
            assert hit.body == b""
        case "wrong_types":
            assert hit.json["username"] == 0
            assert hit.headers["ETag"] != healed.headers["ETag"]
        case "odd_row":
            assert hit.json["rows"] == [{"n": 1}, {"n": None}]
        case "slow":
            assert took >= 0.199  # timers of the loop are of whole milliseconds


async def test_fewer_rows_dead_and_truncated_answers(recorded):
    async with driven(StandIn(Recorded(recorded))) as game:
        await game.control("faults", json={"mode": "fewer_rows", "row": 1, "count": 1})
        fewer = await game.ask("/api/games?max=2")
        await game.control("faults", json={"mode": "dead", "count": 1})
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await game.ask(PATH, "POST")
        await game.control("faults", json={"mode": "truncated", "count": 1})
        with pytest.raises(aiohttp.ClientPayloadError):
            await game.ask(PATH)
        calls = await game.control("calls", "GET")
        zero = await game.control("calls", "DELETE")

    assert fewer.json == [1]
    assert calls["calls"][f"GET {PATH}"] == {"200": 1}
    assert calls["calls"]["(unknown)"] == {"dead": 1}
    assert (calls["total"], calls["max_concurrency"], zero["total"]) == (3, 1, 0)


async def test_a_call_that_hangs_ends_when_the_client_leaves(recorded):
    async with driven(StandIn(Recorded(recorded))) as game:
        await game.control("faults", json={"mode": "hang"})
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await game.ask(PATH)
        async with asyncio.timeout(10):
            while (calls := await game.control("calls", "GET"))["open"]:
                continue
        await game.control("faults", "DELETE")
        assert (await game.ask(PATH)).status == 200
    assert calls["calls"] == {f"GET {PATH}": {"hang": 1}}


async def test_the_control_plane_ends_one_fault_and_refuses_nonsense(recorded):
    async with driven(StandIn(Recorded(recorded))) as game:
        await game.control("faults", json={"mode": "error", "status": 501})
        second = await game.control("faults", json={"mode": "error", "status": 502})
        left = await game.control(f"faults/{second['id']}", "DELETE")
        assert (await game.ask(PATH)).status == 501
        gone = await game.ask("/_sandbox/faults/9", "DELETE")
        bad = [await game.ask("/_sandbox/faults", "POST", json=fault) for fault in (
            {}, {"mode": "nonsense"}, {"mode": "error", "status": 200}, {"mode": "slow", "delay": -1},
            {"mode": "slow", "x": 1},
            {"mode": "error", "path": "("}, {"mode": "error", "retry_after": -1},
        )]  # fmt: skip
        back = await game.ask("/_sandbox/clock", "POST", json={"advance_seconds": -1})

    assert [one["id"] for one in left] == [1]
    assert gone.status == 404
    assert [answer.status for answer in bad] == [400] * 7
    assert all(answer.json["error"] for answer in bad)
    assert back.status == 400


async def test_python_code_reaches_the_parts(recorded):
    app = StandIn(Recorded(recorded), limit=Limit(5), epoch=EPOCH).make_app()
    async with driven(app) as game:
        app[FAULTS].add(Fault(mode=FaultMode.ERROR, count=1))
        assert [(await game.ask(PATH)).status for _ in range(2)] == [500, 200]
        app[CLOCK].advance(3600)
        assert parsedate_to_datetime((await game.ask(PATH)).headers["Date"]).hour == 13
    assert (app[CALLS].total, app[LIMITS].view().calls) == (3, 5)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "no recording"), (b"[]", "Expected `object`"), (b'{"recording": 2}', "recording"),
        (b'{"recording":1,"url":"/x","status":200,"headers":{}}', "absolute address"),
        (b'{"recording":1,"url":"http://a/x","status":99,"headers":{}}', "status must be"),
        (b'{"recording":1,"url":"http://a/x","status":200,"headers":{},"omitted":-1}', "omitted must be"),
        (b'{"recording":1,"url":"http://a/x","status":200,"headers":{},"bdy":1}', "bdy"),
        (b'{"recording":1,"url":"http://[x","status":200,"headers":{}}', "no recording"),
        (b"\xff", "no recording"),
    ],
)  # fmt: skip
def test_a_broken_recording_is_one_line_that_names_the_file(tmp_path, content, reason):
    (tmp_path / "broken.json").write_bytes(content)

    with pytest.raises(Misread) as caught:
        StandIn(Recorded(tmp_path)).make_app()

    assert reason in str(caught.value)
    assert str(tmp_path / "broken.json") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_missing_or_empty_says_how_to_fill_it(tmp_path):
    with pytest.raises(Misread, match="guildhall sandbox record URL"):
        StandIn(Recorded(tmp_path / "none")).make_app()
    with pytest.raises(Misread, match="has no recordings"):
        StandIn(Recorded(tmp_path)).make_app()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: StandIn(), lambda: StandIn(Recorded("x"), fresh=-1),
        lambda: StandIn(Recorded("x"), epoch=datetime(2026, 1, 1)),
        lambda: Limit(-1), lambda: Limit(1, seconds=0), lambda: Limit(1, status=200),
        lambda: Route("FETCH /x", str), lambda: Route("GET x", str),
        lambda: Route("GET /{a}/{a}", str), lambda: Route("GET /{a", str), lambda: Table("/x", []),
        lambda: Table("/x/{id}/y", []), lambda: Table("/x/{id}", [{"name": 1}]),
        lambda: Table("/x/{id}", [], page_rows=0),
    ],
)  # fmt: skip
def test_a_declaration_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        wrong()
