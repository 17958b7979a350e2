"""Routes of a game API as they are declared and called: addresses, bodies, answers, the budget they share."""

import contextlib
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum
from typing import Annotated, Any, assert_type

import pytest
from aiohttp import web
from msgspec import Struct

from guildhall.clock import SetClock
from guildhall.core.upstream.errors import UpstreamDown, UpstreamLied, UpstreamLimited
from guildhall.core.upstream.parameters import Normal
from guildhall.core.upstream.routes import Given, UpstreamRoute, upstream_route
from guildhall.core.upstream.schemas import UpstreamOptions
from guildhall.core.upstream.templates import BadRoute, Template, key_part
from guildhall.core.upstream.upstream import Upstream
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings
from guildhall.errors import BadRequest
from tests.core.upstream.chess import (
    BadName,
    Chess,
    ChessSettings,
    GameNotFound,
    GivenGame,
    GivenUser,
    Move,
    PlayerNotFound,
)

NOON = datetime(2026, 5, 1, 12, 0, 20, tzinfo=UTC)


@pytest.fixture
async def chess(clone, api):
    """Makes the chess server's API, led to `api`."""
    async with contextlib.AsyncExitStack() as stack:

        async def make(**settings: Any) -> Chess:
            clock = SetClock(NOON)
            db = await Database.open(PoolSettings(clone, APP), clock)
            stack.push_async_callback(db.close)
            made = Chess.connect(ChessSettings(url=api.address, **settings), db, clock)
            stack.push_async_callback(made.client.close)
            return made

        yield make


def saying(body: Any, status: int = 200, **headers: str):
    """Answers with the same each time."""

    async def handle(_: web.Request) -> web.Response:
        return web.json_response(body, status=status, headers=headers)

    return handle


async def test_a_fetch_gives_the_decoded_answer_its_time_and_its_bytes(api, chess):
    api.handle = saying({"id": "ann", "rating": 1500, "title": None})
    made = await chess(key="s3cret")

    given = await made.user.fetch("Ann")

    assert (given.value.id, given.value.rating, given.as_of) == ("ann", 1500, NOON)
    assert given.body == b'{"id": "ann", "rating": 1500, "title": null}'
    assert api.seen[0].raw_path == "/api/user/ann?key=s3cret"
    assert made.client.counts == {("/user/{username}", "ok"): 1}
    assert made.client.options.name == made.name == "chess"


@pytest.mark.parametrize(
    ("username", "sent"),
    [("a/b", "a%2Fb"), ("%2e%2e", "%252e%252e"), ("Ünï", "%C3%9Cn%C3%AF"), ("a b?c#d&e=f", "a%20b%3Fc%23d%26e%3Df"),
     ("棋", "%E6%A3%8B"), ("a\x00b", "a%00b"), ("../limits", "..%2Flimits"), ("a:b;c", "a%3Ab%3Bc"), ("~._-", "~._-")],
)  # fmt: skip
async def test_a_value_stays_one_segment_of_the_path_whatever_is_in_it(api, chess, username, sent):
    api.handle = saying({"id": 7})
    made = await chess()

    await made.game.fetch(username, 7)

    assert api.seen[0].raw_path == f"/api/user/{sent}/games/7.json"
    assert api.seen[0].path == f"/api/user/{username}/games/7.json"


@pytest.mark.parametrize("username", ["", ".", "..", "\ud800"])
async def test_a_value_that_no_path_can_hold_is_not_found_and_not_asked_for(api, chess, username):
    made = await chess()

    with pytest.raises(GameNotFound, match="has no game 7"):
        await made.game.fetch(username, 7)

    assert api.seen == []
    assert made.client.counts == {}


async def test_other_parameters_are_the_query_without_those_that_are_none(api, chess):
    api.handle = saying([])
    made = await chess()

    await made.games.fetch("ann")
    await made.games.fetch("ann", 5, rated=True, speeds=["blitz & bullet", "über"])
    await made.games.fetch(username="ann", most=50, rated=False)

    assert [request.raw_path.removeprefix("/api/user/ann/games") for request in api.seen] == [
        "?most=20",
        "?most=5&rated=true&speeds=blitz%20%26%20bullet&speeds=%C3%BCber",
        "?most=50&rated=false",
    ]


@pytest.mark.parametrize(
    ("args", "given", "said"),
    [((), {}, r"missing \['username', 'number'\]"), (("ann",), {}, r"missing \['number'\]"),
     (("ann", 7, 8), {}, r"unknown \['8'\]"), (("ann", 7), {"page": 2}, r"unknown \['page'\]"),
     (("ann",), {"number": 7, "username": "bob"}, r"given twice \['username'\]"),
     (("ann",), {"nummer": 7}, r"missing \['number'\], unknown \['nummer'\]")],
)  # fmt: skip
async def test_wrong_arguments_are_told_by_name_before_anything_is_sent(api, chess, args, given, said):
    made = await chess()

    with pytest.raises(TypeError, match=f"Chess.game: .*{said}"):
        await made.game.fetch(*args, **given)

    assert api.seen == []


@pytest.mark.parametrize(
    ("call", "said"),
    [(lambda chess: chess.user.fetch("a" * 21), "username of Chess.user may not be that: Expected .* of length <= 20"),
     (lambda chess: chess.games.fetch_now("ann", most=0), "most of Chess.games .* >= 1"),
     (lambda chess: chess.games.fetch("ann", color="red"), "color of Chess.games"),
     (lambda chess: chess.game.fetch("ann", "7"), "number of Chess.game .*Expected `int`, got `str`")],
)  # fmt: skip
async def test_a_value_out_of_bounds_is_told_before_anything_is_sent(api, chess, call, said):
    with pytest.raises(BadRequest, match=said) as told:
        await call(await chess())

    assert (told.value.status, told.value.code) == (400, "bad_request")
    assert not api.seen


async def typed(chess: Chess) -> None:
    """Calls that never run: mypy refuses an ignored error that is none."""
    assert_type(await chess.user.fetch("ann"), Given[GivenUser])
    assert_type(await chess.ping.fetcher(interactive=True)("ann"), Given[None])
    assert_type(Chess.games.key("ann", most=5), str)
    await chess.game.fetch("ann")  # type: ignore[call-arg]
    await chess.game.fetch("ann", "7")  # type: ignore[arg-type]
    await chess.game.fetch_now("ann", 7, page=2)  # type: ignore[call-arg]
    await chess.game.fetcher(interactive=False)(7, "ann")  # type: ignore[arg-type]


async def test_a_404_is_the_packs_error_with_the_parameters_as_its_facts(api, chess):
    api.handle = saying({}, 404)
    made = await chess()

    with pytest.raises(GameNotFound) as lost:
        await made.game.fetch_now("ann", number=7)

    assert str(lost.value) == "Game not found: ann has no game 7."
    assert made.client.counts == {("/user/{username}/games/{number}.json", "not_found"): 1}


async def test_a_404_of_a_route_that_knows_none_is_a_wrong_answer(api, chess):
    api.handle = saying({}, 404)

    with pytest.raises(UpstreamLied, match="chess answered /tv with a 404"):
        await (await chess()).tv.fetch()


async def test_a_wrong_shape_and_a_failed_check_are_lies(api, chess):
    made = await chess()
    api.handle = saying({"id": "ann"})
    with pytest.raises(UpstreamLied, match=r"an unknown shape: .*rating"):
        await made.user.fetch("ann")
    api.handle = saying({"id": "bob", "rating": 1})
    with pytest.raises(UpstreamLied, match="the player bob"):
        await made.user.fetch("ann")

    assert made.client.counts["/user/{username}", "lied"] == 2


async def test_odd_rows_are_dropped_and_counted_and_a_nul_is_taken_out(api, chess):
    api.handle = saying([{"id": 1, "moves": 3}, {"id": 2, "moves": -1}, {"id": "\x003"}])
    made = await chess()

    given = await made.tv.fetch()

    assert given.value == [GivenGame(1, 3)]
    assert made.client.odd_rows == {"/tv": 2}
    assert b"\\u0000" not in given.body


async def test_an_answer_that_has_not_changed_is_a_304(api, chess):
    async def handle(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.json_response({"id": "ann", "rating": 1500}, headers={"ETag": '"1"'})

    api.handle = handle
    made = await chess()

    first, second = await made.user.fetch("ann"), await made.user.fetch("ANN")

    assert first.value == second.value
    assert made.client.counts == {("/user/{username}", "ok"): 1, ("/user/{username}", "not_modified"): 1}


async def test_a_post_sends_its_body_and_is_not_repeated(api, chess):
    bodies: list[Any] = []

    async def handle(request: web.Request) -> web.Response:
        bodies.append((request.method, request.content_type, await request.json()))
        return web.json_response({"id": 1, "moves": 9}, status=201 if len(bodies) == 1 else 500)

    api.handle = handle
    made = await chess()

    given = await made.move.fetch_now("ann", Move("e4"))
    with pytest.raises(UpstreamDown):
        await made.move.fetch_now("ann", data=Move("e5", resign=True))

    assert given.value == GivenGame(1, 9)
    assert bodies == [
        ("POST", "application/json", {"move": "e4", "resign": False}),
        ("POST", "application/json", {"move": "e5", "resign": True}),
    ]
    assert made.client.counts["POST /user/{username}/moves", "failed"] == 1


async def test_a_route_without_an_answer_takes_any_success_and_one_that_repeats_is_repeated(api, chess):
    async def handle(_: web.Request) -> web.Response:
        return web.Response(status=503 if len(api.seen) == 1 else 204)

    api.handle = handle

    given = await (await chess()).ping.fetch("ann")

    assert (given.value, given.body, len(api.seen)) == (None, b"", 2)


async def test_all_routes_of_an_api_share_one_budget_except_those_outside_of_it(api, chess):
    made = await chess(minute_limit=5)
    date = format_datetime(NOON, usegmt=True)  # the budget goes by the server's clock
    api.handle = saying([], Date=date)
    await made.tv.fetch()
    await made.games.fetch("ann")
    await made.tv.fetch()  # with the two before it the part of background work: three of five

    with pytest.raises(UpstreamLimited):
        await made.games.fetch("ann")
    await made.games.fetch_now("ann")
    await made.tv.fetcher(interactive=True)()
    with pytest.raises(UpstreamLimited):
        await made.tv.fetch_now()
    api.handle = saying({"minute": 5}, Date=date)
    assert (await made.limits.fetch()).value == {"minute": 5}


async def test_what_must_come_before_a_call_comes_before_those_that_count(api, chess):
    api.handle = saying({})
    made = await chess()
    prepared = []

    async def prepare() -> None:
        prepared.append(len(api.seen))

    made.prepare = prepare
    await made.limits.fetch()
    await made.ping.fetch("ann")

    assert prepared == [1]


def test_a_key_follows_from_the_kind_and_the_normal_parameters():
    assert Chess.user.key("Ann") == Chess.user.key(username="aNN") == "chess_user:ann"
    assert Chess.games.key("a:b") == "chess_games:a%3Ab:20:::"
    assert Chess.games.key("a", speeds=["x,y", "z"]) == "chess_games:a:20::[x%2Cy,z,]:"
    assert Chess.tv.key() == "chess_tv"
    with pytest.raises(BadName):
        Chess.user.key("ann!")
    with pytest.raises(TypeError, match="has no kind"):
        Chess.game.key("ann", 1)


def test_different_values_have_different_parts_of_a_key():
    class Speed(Enum):
        BLITZ = "blitz"

    values = [None, "", "%", ":", "a", ["a"], [], [""], [None], ["a", "b"], "a,b", "[a]", True, 1, "\x00", "\ud800"]
    parts = [key_part(value) for value in values]

    assert len(set(parts)) == len(parts)
    assert all(part.isascii() and ":" not in part and "\x00" not in part for part in parts)
    assert key_part(Speed.BLITZ) == "blitz"


@pytest.mark.parametrize(
    "path",
    ["user", "", "/user/{}", "/user/{0}", "/user/{name", "/user/name}", "/user/{na-me}", "/user/{name:d}", "/a b",
     "/user/{a}{b}", "/user/{a}/{a}", "/user?name={name}", "/user#{name}", "/%zz", "/ü", "/user/{{name}}"],
)  # fmt: skip
def test_a_wrong_template_is_refused_where_it_is_declared(path):
    with pytest.raises(BadRoute):

        @upstream_route(path, GivenGame)
        def _(self: Any, name: str, a: str, b: str) -> None: ...


def test_a_template_is_filled_in_at_its_places():
    template = Template("/a/{one}.{two}/b")

    assert template.names == ("one", "two")
    assert template.fill(["x", 5]) == "/a/x.5/b"
    assert template.fill(["x", ".."]) is None


def test_a_signature_that_does_not_fit_is_refused_where_it_is_declared():
    def plain(name: str) -> None: ...

    def open_(self: Any, *names: str) -> None: ...

    def untyped(self, name) -> None: ...

    def fine(self: Any, name: str) -> None: ...

    def with_body(self: Any, data: str) -> None: ...

    with pytest.raises(BadRoute, match=r"fine has name; its path names nam$"):
        upstream_route("/user/{nam}", GivenGame)(fine)
    for path, signature, options in [
        ("/user/{name}", plain, {}), ("/user", open_, {}), ("/user/{name}", untyped, {}), ("/user/{nam}", fine, {}),
        ("/user/{name}", fine, {"missing": PlayerNotFound}), ("/user", with_body, {}),
        ("/user/{name}", fine, {"method": "FETCH"}),
    ]:  # fmt: skip
        with pytest.raises(BadRoute):
            upstream_route(path, GivenGame, **options)(signature)  # type: ignore[arg-type]


def test_an_api_whose_routes_do_not_fit_is_refused_where_it_is_declared():
    def route(**options: Any) -> UpstreamRoute[..., GivenGame]:
        def signature(self: Any) -> None: ...

        return upstream_route("/tv", GivenGame, **options)(signature)

    with pytest.raises(BadRoute, match=r"names of its own: \['client'\]"):
        type("Api", (Upstream,), {"client": route()})
    with pytest.raises(BadRoute, match=r"several routes of one kind.*chess_tv"):
        type("Api", (Upstream,), {"one": route(kind=Chess.tv.kind), "two": route(kind=Chess.tv.kind)})


async def test_a_route_of_another_api_is_refused(api, chess):
    class Other(Upstream[ChessSettings]):
        name = "other game"

        @classmethod
        def options(cls, settings: ChessSettings) -> UpstreamOptions:
            return UpstreamOptions(base_url=settings.url)

    made = await chess()
    other = Other.connect(made.settings, made.client.db, made.client.clock)

    with pytest.raises(TypeError, match="/tv is a route of Chess, not of Other"):
        await Chess.tv.given(other, (), interactive=True)
    assert other.client.options.name == "other game"


class Opening(Struct, frozen=True):
    """An opening by its code."""

    code: str


def test_the_normal_spelling_is_no_part_of_the_type():
    @upstream_route("/openings/{code}", Opening)
    def opening(self: Any, code: Annotated[str, Normal(str.upper)]) -> None: ...

    [parameter] = opening.parameters.all

    assert parameter.kind is str
    assert opening.parameters.values(("b12",), {}) == ("B12",)
    assert opening.target(("B12",)) == "/openings/B12"
