"""Answers of declared routes over HTTP: cached with their age, stale while the API is down, described."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import aiohttp
import pytest
from aiohttp import web
from litestar.params import PathParameter
from msgspec import structs
from yarl import URL

from guildhall.boot.runtime import open_web
from guildhall.clock import SetClock
from guildhall.core.cache.schemas import Kind
from guildhall.core.upstream.routes import Given, upstream_route
from guildhall.core.upstream.serving import Answers, Stored, serve
from guildhall.core.upstream.templates import BadRoute
from guildhall.db.connection import connect
from guildhall.db.pool import Transaction
from guildhall.errors import Unavailable
from guildhall.testing.product import Product
from guildhall.testing.serving import lent_app, serving
from guildhall.web.route import Routes
from tests.conftest import configuration
from tests.core.upstream.chess import (
    CHESS,
    PROFILES,
    STANDINGS,
    Chess,
    ChessSettings,
    GivenUser,
    PlayerNotFound,
    Profile,
)
from tests.core.upstream.make import GameApi

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
BASE = "/api/v1/chess"
TABLE = """
create schema chess;
create table chess.standings (name text primary key, rating int not null, as_of timestamptz not null);
grant usage on schema chess to public;
grant select, insert, update on chess.standings to public;
"""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
async def product(clone, api, clock) -> AsyncIterator[Product]:
    """A web process with the chess pack alone, led to `api`."""
    async with serving_chess(clone, api, clock) as product:
        yield product


@contextlib.asynccontextmanager
async def serving_chess(clone: str, api: GameApi, clock: SetClock) -> AsyncIterator[Product]:
    """A web process with the chess pack alone."""
    plain = configuration(cache={"jitter": 0.0})
    settings = {**plain.of_slices, "chess": ChessSettings(url=api.address)}
    chosen = structs.replace(plain, packs=(CHESS,), of_slices=settings)
    async with (
        open_web(chosen, clone, clock) as runtime,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        with lent_app(runtime) as edge:
            async with serving(edge, chosen) as address:
                yield Product(address, runtime, session, edge)


class Players:
    """A chess server with players by name, and statuses that it has instead."""

    def __init__(self, **ratings: int) -> None:
        self.ratings = ratings
        self.status = 200

    async def __call__(self, request: web.Request) -> web.Response:
        name = request.path.split("/")[3] if request.path.startswith("/api/user/") else ""
        if self.status != 200:
            return web.json_response({}, status=self.status)
        if request.path == "/api/tv":
            return web.json_response([{"id": 1}, {"id": 2}])
        if name not in self.ratings:
            return web.json_response({"error": "not found"}, status=404)
        if request.path.endswith("/games"):
            return web.json_response([{"id": number} for number in range(int(request.query["most"]))])
        if request.path.endswith(".json"):
            return web.json_response({"id": int(request.path.split("/")[-1].removesuffix(".json")), "moves": 40})
        return web.json_response({"id": name, "rating": self.ratings[name]})


async def test_a_declared_route_is_served_in_one_line_with_its_age_and_a_304(api, product, clock):
    api.handle = Players(ann=1500)

    first = await product.get(f"{BASE}/players/Ann")
    clock.advance(timedelta(minutes=2))
    second = await product.get(f"{BASE}/players/ANN")
    unchanged = await product.get(f"{BASE}/players/ann", headers={"If-None-Match": first.headers["etag"]})

    assert first.json == {"name": "ann", "rating": 1500, "as_of": "2026-05-01T12:00:00Z"}
    assert "detail=source" in first.headers["cache-status"]
    assert first.headers["cache-control"] == "public, max-age=300, stale-while-revalidate=86400"
    assert (second.body, second.headers["age"]) == (first.body, "120")
    assert "detail=memory" in second.headers["cache-status"]
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert [request.path for request in api.seen] == ["/api/user/ann"]


async def test_an_answer_is_served_stale_while_the_server_is_down(api, product, clock):
    players = api.handle = Players(ann=1500)
    await product.get(f"{BASE}/players/ann")
    players.status = 500
    clock.advance(timedelta(days=3))

    late = await product.get(f"{BASE}/players/ann")
    unknown = await product.get(f"{BASE}/players/bob")

    assert (late.status, late.json["rating"], late.headers["age"]) == (200, 1500, str(3 * 86400))
    assert "stale-on-error" in late.headers["cache-status"]
    assert (unknown.status, unknown.code) == (503, "upstream_down")


async def test_a_404_is_remembered_for_a_while_and_then_asked_for_again(api, product, clock):
    players = api.handle = Players()

    first = await product.get(f"{BASE}/players/Ann")
    players.ratings["ann"] = 1200
    second = await product.get(f"{BASE}/players/ann")
    clock.advance(timedelta(seconds=301))
    third = await product.get(f"{BASE}/players/ann")

    assert (first.status, first.code) == (second.status, second.code) == (404, "tests.player_not_found")
    assert second.json["detail"] == "Player not found: the server has no player ann."
    assert (third.status, third.json["rating"]) == (200, 1200)
    assert len(api.seen) == 2


async def test_a_wrong_answer_is_a_503_and_not_kept(api, product):
    async def handle(_: web.Request) -> web.Response:
        return web.json_response({"id": "ann", "rating": "high"} if len(api.seen) == 1 else {"id": "ann", "rating": 1})

    api.handle = handle

    wrong, right = [await product.get(f"{BASE}/players/ann") for _ in range(2)]

    assert (wrong.status, wrong.code) == (503, "upstream_lied")
    assert right.json["rating"] == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [(f"players/{'x' * 21}", 400, "bad_request"), ("players/no!", 400, "tests.bad_name"),
     ("players/ann/games/seven", 400, "bad_request"), ("players/ann/games/0", 400, "bad_request"),
     ("players/ann/games/12345", 400, "bad_request"), (f"players/{'x' * 201}/games/7", 400, "bad_request"),
     ("players/ann/games?most=51", 400, "bad_request"), ("players/ann/games?most=many", 400, "bad_request"),
     ("players/ann/games?color=red", 400, "bad_request"),
     ("players/ann/games?speeds=a&speeds=b&speeds=c&speeds=d", 400, "bad_request"),
     ("players/%2E%2E/games/7", 404, "tests.game_not_found"), ("players/%00/games/7", 404, "tests.game_not_found"),
     ("players/a%2Fb/games/7", 404, "not_found"), ("players/%FF/games/7", 404, "tests.game_not_found")],
)  # fmt: skip
async def test_parameters_are_checked_by_their_types(api, product, path, status, code):
    api.handle = Players(ann=1)

    url = URL(f"{product.address}{BASE}/{path}", encoded=True)  # as it is: a client takes dots away
    async with product.session.get(url) as answer:
        problem = await answer.json(content_type=None)

    assert (answer.status, problem["code"]) == (status, code)
    assert all(".." not in request.path for request in api.seen)


async def test_typed_parameters_and_those_of_the_query_reach_the_server(api, product):
    api.handle = Players(ann=1)

    game = await product.get(f"{BASE}/players/ann/games/7")
    few = await product.get(f"{BASE}/players/ann/games?most=2&speeds=blitz&speeds=bullet&color=black")
    hidden = await product.get(f"{BASE}/players/ann/games?rated=true")

    assert game.json == {"id": 7, "moves": 40}
    assert [one["id"] for one in few.json] == [0, 1]
    assert len(hidden.json) == 20
    assert [request.raw_path.removeprefix("/api/user/ann/") for request in api.seen] == [
        "games/7.json", "games?most=2&speeds=blitz&speeds=bullet&color=black", "games?most=20",
    ]  # fmt: skip


async def test_an_endpoint_of_the_packs_own_finds_its_answers_too(api, product):
    api.handle = Players()

    assert [(await product.get(f"{BASE}/tv")).json for _ in range(2)] == [2, 2]
    assert len(api.seen) == 1


async def test_a_table_of_the_pack_is_the_durable_tier(api, product, clone, clock):
    admin = await connect(clone)
    await admin.execute(TABLE)
    players = api.handle = Players(ann=1500)

    first = await product.get(f"{BASE}/standings/ann")
    stored = await admin.fetch("select name, rating, as_of from chess.standings")
    durable = await admin.fetchval("select count(*) from core.cached_data")
    product.runtime.cache.drop("chess_standing:ann")
    again = await product.get(f"{BASE}/standings/ann")
    clock.advance(timedelta(minutes=6))
    players.ratings["ann"] = 1600
    stale = await product.get(f"{BASE}/standings/ann")
    async with asyncio.timeout(5):  # it is refreshed behind
        while (await product.get(f"{BASE}/standings/ann")).json["rating"] != 1600:  # noqa: ASYNC110 (asked over HTTP)
            await asyncio.sleep(0.02)
    missing = await product.get(f"{BASE}/standings/bob")
    await admin.close()

    assert first.json == again.json == stale.json == {"name": "ann", "rating": 1500}
    assert [tuple(row) for row in stored] == [("ann", 1500, NOON)]
    assert durable == 0
    assert "detail=database" in again.headers["cache-status"]
    assert (missing.status, missing.code) == (404, "tests.player_not_found")


async def forgotten(product: Product, key: str) -> None:
    """Wait until a process has heard that its answer is old."""
    async with asyncio.timeout(5):
        while product.runtime.cache.memory.get(key) is not None:  # noqa: ASYNC110 (it is told by the database)
            await asyncio.sleep(0.01)


async def test_a_refresh_is_what_every_process_serves_from_then_on(api, product, clone, clock):
    players = api.handle = Players(ann=1500)
    async with serving_chess(clone, api, clock) as other:
        before = [(await one.get(f"{BASE}/players/ann")).json["rating"] for one in (product, other)]
        players.ratings["ann"] = 1510
        given = await PROFILES.refresh(product.provided(Chess), "Ann")
        players.status = 500
        await forgotten(other, "chess_user:ann")
        after = [await one.get(f"{BASE}/players/ann") for one in (product, other)]

    assert before == [1500, 1500]
    assert given.value.rating == 1510
    assert [(one.status, one.json["rating"]) for one in after] == [(200, 1510)] * 2


async def test_after_a_refresh_of_somebody_who_is_gone_nobody_is_served(api, product):
    players = api.handle = Players(ann=1500)
    await product.get(f"{BASE}/players/ann")
    del players.ratings["ann"]

    with pytest.raises(PlayerNotFound):
        await PROFILES.refresh(product.provided(Chess), "ann")
    await forgotten(product, "chess_user:ann")
    answer = await product.get(f"{BASE}/players/ann")

    assert (answer.status, answer.code) == (404, "tests.player_not_found")


async def test_a_refresh_goes_into_the_packs_own_table(api, product, clone):
    admin = await connect(clone)
    await admin.execute(TABLE)
    await admin.close()
    players = api.handle = Players(ann=1500)
    first = await product.get(f"{BASE}/standings/ann")
    players.ratings["ann"] = 1510
    await STANDINGS.refresh(product.provided(Chess), "ann")
    await forgotten(product, "chess_standing:ann")
    players.status = 500
    second = await product.get(f"{BASE}/standings/ann")

    assert (first.json["rating"], second.json["rating"]) == (1500, 1510)


async def test_a_refresh_that_fails_leaves_the_answer(api, product):
    players = api.handle = Players(ann=1500)
    await product.get(f"{BASE}/players/ann")
    players.status = 500

    with pytest.raises(Unavailable):
        await PROFILES.refresh(product.provided(Chess), "ann")
    assert (await product.get(f"{BASE}/players/ann")).json["rating"] == 1500


async def test_a_test_waits_for_what_is_fetched_behind_a_stale_answer(api, product, clock):
    players = api.handle = Players(ann=1500)
    await product.get(f"{BASE}/players/ann")
    players.ratings["ann"] = 1510
    clock.advance(timedelta(minutes=6))

    stale = await product.get(f"{BASE}/players/ann")
    await product.settled()
    fresh = await product.get(f"{BASE}/players/ann")

    assert (stale.json["rating"], fresh.json["rating"]) == (1500, 1510)


async def test_the_description_says_what_is_served(product):
    document = (await product.get("/openapi.json")).json
    found = document["paths"][f"{BASE}/players/{{username}}"]["get"]
    game = document["paths"][f"{BASE}/players/{{username}}/games/{{number}}"]["get"]
    games = document["paths"][f"{BASE}/players/{{username}}/games"]["get"]

    assert (found["summary"], found["description"]) == ("A player", "As the chess server has it.")
    shape = found["responses"]["200"]["content"]["application/json"]["schema"]
    assert shape == {"$ref": "#/components/schemas/tests_core_upstream_chess_Profile"}
    assert (
        "`tests.player_not_found`: Player not found: the server has no player {username}."
        in (found["responses"]["404"]["description"])
    )
    assert "`tests.bad_name`" in found["responses"]["400"]["description"]
    assert {"429", "503"} <= found["responses"].keys()
    [name] = found["parameters"]
    assert (name["name"], name["in"], name["required"]) == ("username", "path", True)
    assert (name["description"], name["schema"]["maxLength"]) == ("A player's name", 20)
    assert game["summary"] == "A game by its number"
    assert {one["name"]: one["schema"].get("type") for one in game["parameters"]} == {
        "username": "string", "number": "integer",
    }  # fmt: skip
    assert {one["name"]: one["in"] for one in games["parameters"]} == {
        "username": "path", "most": "query", "speeds": "query", "color": "query",
    }  # fmt: skip


def _half(given: Given[GivenUser]) -> "Missing":  # type: ignore[name-defined]  # noqa: F821
    raise NotImplementedError


def lasting(name: str) -> Kind:
    """A kind of answers."""
    return Kind(f"chess_{name}", timedelta(hours=1))


HOURLY = lasting("hourly")


def _three(given: Given[GivenUser], username: str, mode: str) -> Profile:
    raise NotImplementedError


async def _two(given: Given[GivenUser], username: str, mode: str) -> None:
    raise NotImplementedError


async def _read(tx: Transaction, username: str) -> None:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("/players", Chess.user, Profile.of), "leaves out username, without"),
     (("/players/{name}", Chess.user, Profile.of), r"/players/\{name\} names name, and \S+ has username$"),
     (("/x/{username}", Chess.user, Profile.of, {"query": ("page",)}), r"names page, and \S+ has username$"),
     (("/x/{username}/{number}", Chess.game), "has no kind"),
     (("/x/{username}", Chess.user, lambda given: given, {"kind": lasting("lambda")}), "nothing says the type"),
     (("/x/{username}", Chess.user, _half, {"kind": lasting("half")}), "nothing says the type"),
     (("/x/{username}", Chess.user, lambda given: 1, {"body": int}), "two forms of one kind"),
     (("/x/{username}", Chess.user, _three, {"kind": lasting("three")}),
      "the function for its answers, _three, takes given, username, mode, and is given the given answer alone"),
     (("/x/{username}", Chess.user, {"kind": lasting("r"), "body": int, "stored": Stored(_two, _two)}),
      "`read` of its tables, _two, takes given, username, mode, and is given a transaction, username alone"),
     (("/x/{username}", Chess.user, {"kind": lasting("s"), "body": int, "stored": Stored(_read, _read)}),
      "`save` of its tables, _read"),
     (("/x/{username}", Chess.user, Profile.of, {"scope": "chess:read"}), "is not private"),
     (("/x/{username}", Chess.user, Profile.of, {"stored": Stored(print, print)}), "and tables"),  # type: ignore[arg-type]
     (("/x/{username}/move", Chess.move, {"kind": HOURLY}), "leaves out data, without")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_where_it_is_served(arguments, said):
    *positional, last = arguments
    options: dict[str, Any] = last if isinstance(last, dict) else {}
    if not isinstance(last, dict):
        positional.append(last)

    with pytest.raises(BadRoute, match=said):
        serve(Routes("/api/v1/x"), *positional, **options)


def test_a_route_that_cannot_be_missing_or_has_no_text_is_not_served():
    class Api(Chess):
        @upstream_route("/a/{name}", GivenUser)
        def anybody(self, name: str) -> None:
            """Anybody."""

        @upstream_route("/b/{username}", GivenUser, missing=PlayerNotFound)
        def silent(self, username: str) -> None: ...

    with pytest.raises(BadRoute, match="no `missing`"):
        Answers(Api.anybody, kind=HOURLY)
    with pytest.raises(BadRoute, match="no docstring"):
        serve(Routes("/api/v1/x"), "/{username}", Api.silent, kind=HOURLY)


def test_a_parameter_that_describes_itself_is_taken_as_it_is():
    class Api(Chess):
        @upstream_route("/c/{username}", GivenUser, missing=PlayerNotFound)
        def described(self, username: Annotated[str, PathParameter(description="A name", max_length=9)]) -> None:
            """Somebody."""

    routes = Routes("/api/v1/x")
    serve(routes, "/{username}", Api.described, kind=HOURLY)

    [route] = routes
    with contextlib.suppress(KeyError):
        assert route.endpoint.__annotations__["username"].__metadata__[0].max_length == 9
    assert route.cached is GivenUser
    assert route.raises == (PlayerNotFound,)
