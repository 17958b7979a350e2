"""Parameters of endpoints that are declared without the framework."""

import inspect
from types import SimpleNamespace
from typing import Annotated, NewType
from uuid import UUID

import pytest
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.boot.handlers import handler_of
from guildhall.core.upstream.parameters import Normal
from guildhall.errors import Misconfigured
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
