"""Parameters of endpoints that are declared without the framework."""

import inspect
import re
import time
from datetime import date, datetime
from types import SimpleNamespace
from typing import Annotated, Any, NewType
from urllib.parse import quote
from uuid import UUID

import pytest
from litestar import Litestar, Response
from litestar.params import PathParameter, QueryParameter
from litestar.testing import TestClient
from msgspec import Meta

from guildhall.boot.handlers import handler_of
from guildhall.core.upstream.parameters import Normal
from guildhall.errors import Misconfigured
from guildhall.instants import BadInstant, Instant
from guildhall.web.parameters import framework_type
from guildhall.web.route import PUBLIC, Routes

Name = NewType("Name", str)


def parameter_of(hint, of=PathParameter):
    """The plain type, and the framework's parameter."""
    plain, parameter = framework_type(hint, of, "name", required=True).__origin__, None
    (parameter,) = framework_type(hint, of, "name", required=True).__metadata__
    return plain, parameter


def test_bounds_and_texts_are_the_frameworks():
    plain, found = parameter_of(Annotated[int, Meta(ge=1, le=9, description="A number", examples=[3])], QueryParameter)

    assert plain is int
    assert (found.ge, found.le, found.description, found.name, found.required) == (1, 9, "A number", "name", True)
    assert [example.value for example in found.examples] == [3]


@pytest.mark.parametrize(("hint", "longest"), [(str, 200), (Name, 200), (Annotated[str, Meta(max_length=9)], 9)])
def test_a_text_is_never_without_a_bound(hint, longest):
    plain, found = parameter_of(hint)

    assert (plain, found.max_length) == (str, longest)


def test_what_is_annotated_for_the_framework_is_left_alone():
    hint = Annotated[str, QueryParameter(max_length=9000)]

    assert framework_type(hint, PathParameter, "name", required=False) is hint


async def named(who: str, at: Annotated[str, PathParameter()]) -> None:
    """Takes two."""


async def unnamed() -> None:
    """Takes none."""


async def bounded(most: Annotated[int, Meta(max_length=3)]) -> None:
    """Has a bound of texts."""


async def zoned(since: Annotated[date | None, Meta(tz=True)] = None) -> None:
    """Has a bound of times."""


async def zoneless(since: Annotated[datetime, Meta(tz=False)]) -> None:
    """Has times without an offset."""


@pytest.mark.parametrize(
    ("path", "endpoint", "words"),
    [
        ("/{who:str}", unnamed, "GET /api/{who:str} names who, which its endpoint does not take."),
        ("/{a:int}/{b:int}", unnamed, "GET /api/{a:int}/{b:int} names a, b, which its endpoint does not take."),
        ("/{who:str}", named, "GET /api/{who:str} does not name at, which its endpoint takes from the path."),
        ("/{at:str}", named, "GET /api/{at:str} asks for who: str, which nothing provides."),
        ("/", bounded, "GET /api asks for most with a bound it cannot have: Can only set `max_length` on a str"),
        ("/", zoned, "GET /api asks for since with a bound it cannot have: Meta(tz=True) is for no parameter but"),
        ("/", zoneless, "GET /api asks for since with a bound it cannot have: Meta(tz=False) is for no parameter but"),
    ],
)
def test_a_path_and_bounds_that_do_not_fit_the_endpoint_are_refused(path, endpoint, words):
    routes = Routes("/api")
    routes.get(path, scope=PUBLIC)(endpoint)

    with pytest.raises(Misconfigured, match=f"^{re.escape(words)}"):
        handler_of(next(iter(routes)), lambda: SimpleNamespace(provided={}), {})  # type: ignore[arg-type, return-value]


TIMES = [
    Annotated[Instant, Meta(description="A time")],
    Annotated[Instant | None, Meta(description="A time")],
    Annotated[datetime, Meta(description="A time")],
    Annotated[datetime | None, Meta(tz=True)],
    Annotated[list[Instant], Meta(max_length=3)],
    Annotated[datetime, QueryParameter(name="since", required=True)],
]


@pytest.mark.parametrize("hint", TIMES, ids=str)
@pytest.mark.parametrize("path", ["/", "/{since:str}", "/{since:datetime}"])
def test_a_time_has_an_offset_wherever_the_server_stands(hint, path, monkeypatch):
    if path != "/" and (hint is TIMES[-1] or "list" in str(hint)):
        pytest.skip("for queries alone")
    routes = Routes("/api")

    @routes.get(path, scope=PUBLIC)
    async def times(since: Any) -> list[str]:
        """The times."""
        return [one.isoformat() for one in (since if isinstance(since, list) else [since])]

    times.__annotations__["since"] = hint
    handler = handler_of(next(iter(routes)), lambda: SimpleNamespace(provided={}), {})  # type: ignore[arg-type, return-value]
    refuse: Any = {BadInstant: lambda _, error: Response({"code": error.code}, status_code=error.status)}
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        with TestClient(Litestar([handler], exception_handlers=refuse)) as client:

            def answer(text: str):
                url = f"/api/{quote(text)}" if path != "/" else f"/api?since={quote(text)}"
                found = client.get(url)
                return found.status_code, found.json()

            assert answer("2026-01-01T00:30:00Z") == (200, ["2026-01-01T00:30:00+00:00"])
            assert answer("2026-01-01T00:30:00+09:00") == (200, ["2025-12-31T15:30:00+00:00"])
            for bad in ("2026-01-01T00:30:00", "1969-12-31T00:00:00Z", "9999-01-01T00:00:00Z"):
                assert answer(bad)[0] == 400, bad
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_parameter_that_no_path_names_needs_bounds():
    routes = Routes("/api/v1/game")

    @routes.get("/players/{player:uuid}", scope=PUBLIC)
    async def get_player(player: UUID, limit: int) -> None:
        """A player."""

    with pytest.raises(Misconfigured, match="asks for limit: int, which nothing provides"):
        handler_of(next(iter(routes)), lambda: SimpleNamespace(provided={}), {})  # type: ignore[arg-type, return-value]


async def test_an_endpoint_gets_the_one_spelling_of_a_parameter():
    routes, got = Routes("/api/v1/game"), []

    @routes.post("/players/{player:str}", scope=PUBLIC)
    async def find(
        player: Annotated[str, Normal(str.casefold), Meta(max_length=9)],
        data: Annotated[str, Normal(str.strip)],
        mode: Annotated[Annotated[str, Normal(str.upper)] | None, Meta(description="A mode")] = None,
        floor: Annotated[int, Meta(ge=1)] = 1,
    ) -> None:
        """A player."""
        got.append((player, data, mode, floor))

    handler = handler_of(next(iter(routes)), lambda: SimpleNamespace(provided={}), {})  # type: ignore[arg-type, return-value]
    run, parameters = handler.fn, inspect.signature(handler.fn).parameters
    await run(request=None, player="Ann", data=" x ", mode="fast", floor=2)
    await run(request=None, player="Ann", data="x", mode=None, floor=2)

    assert got == [("ann", "x", "FAST", 2), ("ann", "x", None, 2)]
    assert parameters["player"].annotation.__metadata__[0].max_length == 9
    assert parameters["mode"].annotation.__origin__ == str | None


def test_the_fast_path_takes_no_normal():
    routes = Routes("/api/v1/game")

    @routes.get("/players/{player:str}", scope=PUBLIC, cached=int, lane=True)
    async def find(player: Annotated[str, Normal(str.casefold)]) -> None:
        """A player."""

    with pytest.raises(Misconfigured, match=r"/players/\{player:str\}: `lane=True` goes past the Normal of player"):
        handler_of(next(iter(routes)), lambda: SimpleNamespace(provided={}), {})  # type: ignore[arg-type, return-value]
