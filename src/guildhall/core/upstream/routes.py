"""Routes of a game API: declared by a signature, fetched by typed calls.

    @upstream_route("/api/user/{username}", GivenUser, kind=USER, missing=PlayerNotFound)
    def user(self, username: str) -> None:
        '''A player's profile.'''

    given = await lichess.user.fetch("ann")

The body of the function never runs: its parameters are the route's, and its docstring says what the route answers.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypedDict, TypeVar, Unpack, overload

import msgspec
from msgspec import Struct

from guildhall.core.cache.schemas import Kind
from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.parameters import BODY, Parameters
from guildhall.core.upstream.rows import Rows
from guildhall.core.upstream.schemas import Call
from guildhall.core.upstream.templates import BadRoute, Template, key_part, query_of
from guildhall.errors import NotFound

if TYPE_CHECKING:
    from typing_extensions import TypeForm

P = ParamSpec("P")
Shape = TypeVar("Shape")

Check = Callable[[Any, Mapping[str, Any]], str | None]
"""Returns the fault of a whole answer to a call with these parameters; None for a sound one."""

_encode = msgspec.json.Encoder().encode
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Given(Struct, Generic[Shape], frozen=True):
    """A game API's answer, decoded: its value, its JSON, and the time at which it came, by the product's clock."""

    value: Shape
    as_of: datetime
    body: bytes


class Caller(Protocol):
    """A route's view of its API: the client that calls it, and the preparation before a call that counts."""

    client: UpstreamClient

    async def prepare(self) -> None:
        """Do what must come before a call that counts."""


class Declared(TypedDict, total=False):
    """The options of a route, checked where they are written. See `upstream_route` for what each says."""

    method: str
    kind: Kind | None
    missing: type[NotFound] | None
    counted: bool
    repeats: bool | None
    check: Check | None


@overload
def upstream_route(
    path: str, shape: None, **declared: Unpack[Declared]
) -> "Callable[[Callable[Concatenate[Any, P], None]], UpstreamRoute[P, None]]": ...
@overload
def upstream_route(
    path: str, shape: "TypeForm[Shape] | Rows[Shape]", **declared: Unpack[Declared]
) -> "Callable[[Callable[Concatenate[Any, P], None]], UpstreamRoute[P, Shape]]": ...
def upstream_route(
    path: str,
    shape: Any,
    *,
    method: str = "GET",
    kind: Kind | None = None,
    missing: type[NotFound] | None = None,
    counted: bool = True,
    repeats: bool | None = None,
    check: Check | None = None,
) -> "Callable[[Callable[Concatenate[Any, P], None]], UpstreamRoute[P, Any]]":
    """Declare a route of a game API, in the class of the API. The decorated signature names its parameters.

    A parameter that `path` names in braces is part of the path; any other is a query parameter, left out when it is
    None, repeated for each value of a list; `data` is the JSON body. Values are percent-encoded.

    `shape` is the type of the answer, or the `Rows` that read it, which several routes may share; None for an answer
    that says nothing. `kind` is the freshness of the answer in the cache. `missing` is the error for a 404, raised with
    the parameters that it says; a 404 of a route without it is a wrong answer. A route that is not `counted` is outside
    of the budget. One that `repeats` is sent again when an attempt fails: by itself only a GET is. `check` judges a
    whole answer: a function of the value and of the parameters by name that returns the fault, or None for a sound one.
    Raises BadRoute.
    """

    def declare(signature: Callable[Concatenate[Any, P], None]) -> UpstreamRoute[P, Any]:
        call = Call(path if method == "GET" else f"{method} {path}", method, counted,
                    method == "GET" if repeats is None else repeats, shape is not None)  # fmt: skip
        return UpstreamRoute(path, shape, signature, call, kind=kind, missing=missing, check=check)

    return declare


class UpstreamRoute(Generic[P, Shape]):
    """A route of a game API. Declared by `upstream_route`; an instance of the API has it as a `BoundRoute`."""

    def __init__(
        self,
        path: str,
        shape: Any,
        signature: Callable[..., None],
        call: Call,
        *,
        kind: Kind | None,
        missing: type[NotFound] | None,
        check: Check | None,
    ) -> None:
        self.call = call
        self.signature = signature
        self.kind = kind
        self.missing = missing
        self.parameters = Parameters(signature)
        self.shape: Any = shape.shape if isinstance(shape, Rows) else shape
        self.shown: dict[str, Any] = {}
        """The function that makes the answers of each kind, as `Answers` notes it."""
        self._rows = shape if isinstance(shape, Rows) else None if shape is None else Rows(shape)
        self._check = check
        self.template = template = Template(path)
        names = self.parameters.names
        if unknown := set(template.names) - set(names):
            raise BadRoute(f"{signature.__qualname__} has {_listed(names)}; its path names {_listed(sorted(unknown))}")
        if call.method not in _METHODS or (BODY in names and call.method == "GET"):
            raise BadRoute(f"{signature.__qualname__} has the method {call.method!r}, or a body that it cannot have")
        if missing is not None and (unsaid := missing.required - set(names)):
            raise BadRoute(f"{missing.__name__} says {_listed(sorted(unsaid))}; {call.name} has {_listed(names)}")
        self._facts = [(name, names.index(name)) for name in sorted(missing.required)] if missing is not None else []
        self._places = [names.index(name) for name in template.names]
        self._query = [(name, place) for place, name in enumerate(names) if name not in (*template.names, BODY)]
        self._body = names.index(BODY) if BODY in names else None

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.owner = owner
        self.name = name

    @overload
    def __get__(self, api: None, owner: Any) -> "UpstreamRoute[P, Shape]": ...
    @overload
    def __get__(self, api: Caller, owner: Any) -> "BoundRoute[P, Shape]": ...
    def __get__(self, api: Caller | None, owner: Any) -> "UpstreamRoute[P, Shape] | BoundRoute[P, Shape]":
        if api is None:
            return self
        bound = BoundRoute(self, api)
        vars(api)[self.name] = bound  # found there from now on
        return bound

    def key(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """Return the key of an answer in the cache: the kind, and the parameters in their normal spelling."""
        if self.kind is None:
            raise TypeError(f"{self.call.name} has no kind")
        return self.key_of(self.kind, self.parameters.values(args, kwargs))

    def key_of(self, kind: Kind, values: tuple[Any, ...]) -> str:
        """Return the key of the answer to normal values."""
        return kind.key(*map(key_part, values))

    def target(self, values: tuple[Any, ...]) -> str | None:
        """Return path and query of a call; None if a value is no segment of a path."""
        path = self.template.fill([values[place] for place in self._places])
        if path is None or not self._query:
            return path
        query = query_of((name, values[place]) for name, place in self._query)
        return f"{path}?{query}" if query else path

    def not_found(self, values: tuple[Any, ...]) -> NotFound:
        """Return the error for a 404. `missing` must be declared."""
        if self.missing is None:
            raise TypeError(f"{self.call.name} has no error for a 404")
        return self.missing(**{name: values[place] for name, place in self._facts})

    async def given(self, api: Caller, values: tuple[Any, ...], interactive: bool) -> Given[Shape]:
        """Call the API with normal values. Raises UpstreamNotFound if `missing` is declared, and Unavailable."""
        if not isinstance(api, self.owner):
            raise TypeError(f"{self.call.name} is a route of {self.owner.__name__}, not of {type(api).__name__}")
        client, name = api.client, self.call.name
        body = None if self._body is None else _encode(values[self._body])
        try:
            if (target := self.target(values)) is None:
                raise UpstreamNotFound(name)
            if self.call.counted:
                await api.prepare()
            response = await client.ask(self.call, target, interactive=interactive, body=body)
        except UpstreamNotFound as error:
            if self.missing is None:
                raise client.lied(name, "a 404") from error
            raise
        value: Any = None if self._rows is None else client.decode(name, response, self._rows)
        if self._check is not None:
            asked = dict(zip(self.parameters.names, values, strict=True))
            if (fault := self._check(value, asked)) is not None:
                raise client.lied(name, fault)
        return Given(value, response.as_of, response.body)


class BoundRoute(Generic[P, Shape]):
    """A route of an API that this process calls.

    Its calls return the decoded answer. They raise BadRequest for a value out of the bounds of its parameter, the
    route's `missing` for a 404, and UpstreamDown, UpstreamLied, UpstreamLimited or UpstreamRefused, which are all
    Unavailable: the API does not answer, answers nonsense, allows no more calls now, or refuses us (401, 403).
    """

    __slots__ = ("_api", "route")

    def __init__(self, route: UpstreamRoute[P, Shape], api: Caller) -> None:
        self.route = route
        self._api = api

    async def fetch(self, *args: P.args, **kwargs: P.kwargs) -> Given[Shape]:
        """Call it for work in the background, which leaves people their share of the budget."""
        return await self._given(self.route.parameters.bounded(args, kwargs), False)

    async def fetch_now(self, *args: P.args, **kwargs: P.kwargs) -> Given[Shape]:
        """Call it for somebody who waits, and may use the whole budget."""
        return await self._given(self.route.parameters.bounded(args, kwargs), True)

    def fetcher(self, interactive: bool) -> Callable[P, Coroutine[Any, Any, Given[Shape]]]:
        """Return `fetch_now` when somebody waits, and else `fetch`."""
        return self.fetch_now if interactive else self.fetch

    async def _given(self, values: tuple[Any, ...], interactive: bool) -> Given[Shape]:
        try:
            return await self.route.given(self._api, values, interactive)
        except UpstreamNotFound as error:
            raise self.route.not_found(values) from error


def _listed(names: Iterable[str]) -> str:
    """Return names as an error says them."""
    return ", ".join(names) or "no parameters"
