"""Answers of a game API's routes for clients: cached, with their age, made by a function of the pack.

serve(routes, "/players/{username}", Lichess.user, Profile.of)
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Generic, ParamSpec, TypeVar, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Meta, Struct

from guildhall.core.cache.actions import invalidate, replace
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched, Kind
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.routes import Given, UpstreamRoute
from guildhall.core.upstream.templates import BadRoute
from guildhall.core.upstream.upstream import Upstream
from guildhall.db.pool import Transaction
from guildhall.errors import GuildhallError
from guildhall.web.route import PUBLIC, Routes

P = ParamSpec("P")
Shape = TypeVar("Shape")

_encode = msgspec.json.Encoder().encode
_PLACE = re.compile(r"\{(\w+)\}")


class Stored(Struct, frozen=True):
    """A pack's own tables as the durable tier of the answers.

    `read` gets a transaction and the parameters; it returns the body for clients and the time of the API's answer, or
    None while nothing is stored. `save` gets a transaction, the given answer and the parameters, and stores it.
    """

    read: Callable[..., Awaitable[tuple[object, datetime] | None]]
    save: Callable[..., Awaitable[object]]


class Answers(Generic[P, Shape]):
    """The answers of a route for clients, found through the tiers of the cache.

    `make` turns what the API gave into the body for clients; without it they get the given value itself, or what
    `stored` reads. `kind` is the freshness, if it is not the route's own. Raises BadRoute.
    """

    def __init__(
        self,
        route: UpstreamRoute[P, Shape],
        make: Callable[[Given[Shape]], object] | None = None,
        *,
        kind: Kind | None = None,
        stored: Stored | None = None,
    ) -> None:
        chosen = kind or route.kind
        if chosen is None:
            raise BadRoute(f"{route.call.name} has no kind: how long is an answer fresh?")
        if route.missing is None and route.template.names:
            raise BadRoute(f"{route.call.name} has parameters in its path, and no `missing` for a 404")
        if make is not None and stored is not None:
            raise BadRoute(f"{route.call.name} has a function for its answers, and tables that they are read from")
        shown = make if stored is None else stored
        if route.shown.setdefault(chosen.name, shown) != shown:
            raise BadRoute(f"{route.call.name} has two forms of one kind, {chosen.name}: each needs a kind of its own")
        _require_call(route, "the function for its answers", make, "the given answer")
        if stored is not None:
            names = route.parameters.names
            _require_call(route, "`read` of its tables", stored.read, "a transaction", *names)
            _require_call(route, "`save` of its tables", stored.save, "a transaction", "the given answer", *names)
        self.kind = chosen
        self.route = route
        self._make = make
        self.stored = stored

    async def find(self, cache: Cache, api: Upstream[Any], *args: P.args, **kwargs: P.kwargs) -> Answer:
        """Find the answer to these parameters: fresh, or stale while the API is down.

        Raises the route's `missing` for a 404, which is remembered for a short while, and Unavailable.
        """
        route = self.route
        values = route.parameters.values(args, kwargs)

        async def load() -> Fetched:
            try:
                given = await route.given(api, values, interactive=True)
            except UpstreamNotFound:
                return Fetched(b"null", api.client.clock.now(), status=404)
            if self.stored is not None:
                return await self._save(self.stored, api, given, values)
            return self._made(given)

        known = None if self.stored is None else partial(self._known, api, values)
        answer = await cache.get(self.kind, route.key_of(self.kind, values), load, known)
        if answer.entry.status == 404:
            raise route.not_found(values)
        return answer

    async def refresh(self, api: Upstream[Any], *args: P.args, **kwargs: P.kwargs) -> Given[Shape]:
        """Ask the API in the background, and have every process serve its answer from now on.

        For rows kept fresh: the refreshed row and the cached answer then tell the same. Raises the route's `missing`
        for a 404, after which no process serves the old answer, BadRequest for a value out of its bounds, and
        Unavailable.
        """
        route, client = self.route, api.client
        values = route.parameters.bounded(args, kwargs)
        key = route.key_of(self.kind, values)
        try:
            given = await route.given(api, values, interactive=False)
        except UpstreamNotFound as error:
            async with client.db.write() as tx:
                await invalidate(tx, key)
            raise route.not_found(values) from error
        async with client.db.write() as tx:
            if self.stored is None:
                await replace(tx, self.kind, key, self._made(given))
            else:
                await self.stored.save(tx, given, *values)
                await invalidate(tx, key)
        return given

    def _made(self, given: Given[Shape]) -> Fetched:
        return Fetched(_encode(given.value if self._make is None else self._make(given)), given.as_of)

    async def _known(self, api: Upstream[Any], values: tuple[Any, ...]) -> Fetched | None:
        async with api.client.db.read() as tx:
            return await self._read(tx, values)

    async def _read(self, tx: Transaction, values: tuple[Any, ...]) -> Fetched | None:
        """Read the pack's own tables, which must be declared."""
        if self.stored is None or (found := await self.stored.read(tx, *values)) is None:
            return None
        body, as_of = found
        return Fetched(_encode(body), as_of)

    async def _save(self, stored: Stored, api: Upstream[Any], given: Given[Shape], values: tuple[Any, ...]) -> Fetched:
        async with api.client.db.write() as tx:
            await stored.save(tx, given, *values)
            found = await self._read(tx, values)
        if found is None:
            raise LookupError(f"the answer of {self.route.call.name} that was stored a moment ago is gone")
        return found


def serve(
    routes: Routes,
    path: str,
    route: UpstreamRoute[P, Shape],
    make: Callable[[Given[Shape]], object] | None = None,
    *,
    scope: str = PUBLIC,
    body: Any = UNSET,
    kind: Kind | None = None,
    stored: Stored | None = None,
    query: Sequence[str] = (),
    raises: tuple[type[GuildhallError], ...] = (),
    summary: str = "",
) -> Answers[P, Shape]:
    """Declare a GET that answers what a game API's route says, from the cache: with its age, its ETag and a 304.

    `path` names parameters of the route in braces, and `query` those that clients may give beside them; the others keep
    their defaults. Each is checked by its type in the route's signature. `make`, `kind` and `stored` are those of
    `Answers`. `body` is the type of the answer, if neither the return type of `make` nor the route says it. `raises`
    are errors of the parameters' `Normal`; the 404 follows from the route. `summary` is the text for the description;
    by itself the route's docstring is. Raises BadRoute.
    """
    answers = Answers(route, make, kind=kind, stored=stored)
    if scope != PUBLIC and not answers.kind.private:
        raise BadRoute(f"{path} needs {scope}, and its kind {answers.kind.name} is not private: it would be shared")
    errors = raises if route.missing is None else (*raises, route.missing)
    declared = routes.get(_PLACE.sub(r"{\1:str}", path), scope=scope, cached=_body(answers, make, body), raises=errors)
    declared(_endpoint(answers, path, query, summary or inspect.getdoc(route.signature) or ""))
    return answers


def _require_call(route: UpstreamRoute[..., Any], what: str, function: Callable[..., Any] | None, *given: str) -> None:
    """Raise BadRoute for a function that cannot be called with what it is given."""
    if function is None:
        return
    try:
        signature = inspect.signature(function)
    except ValueError:  # one of C, which does not tell
        return
    try:
        signature.bind(*given)
    except TypeError:
        name = getattr(function, "__qualname__", repr(function))
        takes = ", ".join(signature.parameters) or "nothing"
        words = f"{route.call.name}: {what}, {name}, takes {takes}, and is given {', '.join(given)} alone"
        raise BadRoute(words) from None


def _endpoint(answers: Answers[..., Any], path: str, query: Sequence[str], text: str) -> Callable[..., Awaitable[Any]]:
    """Return the endpoint, with the signature by which it gets its parameters and objects."""
    route = answers.route
    if not text:
        raise BadRoute(f"{route.call.name} has no docstring, which is the text of {path} in the API's description")
    parameters = [
        inspect.Parameter("cache_", inspect.Parameter.KEYWORD_ONLY, annotation=Cache),
        inspect.Parameter("api_", inspect.Parameter.KEYWORD_ONLY, annotation=route.owner),
        *_asked(route, path, query),
    ]

    def endpoint(cache_: Cache, api_: Upstream[Any], **values: Any) -> Awaitable[Answer]:
        return answers.find(cache_, api_, **values)

    endpoint.__doc__ = text
    endpoint.__name__ = endpoint.__qualname__ = route.name
    endpoint.__module__ = route.owner.__module__
    endpoint.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": Answer}
    endpoint.upstream_route = route  # type: ignore[attr-defined]
    endpoint.__signature__ = inspect.Signature(parameters, return_annotation=Answer)  # type: ignore[attr-defined]
    return endpoint


def _asked(route: UpstreamRoute[..., Any], path: str, query: Sequence[str]) -> list[inspect.Parameter]:
    """Return the parameters that clients give."""
    places = _PLACE.findall(path)
    known = {one.name: one for one in route.parameters.all}
    if unknown := [name for name in (*places, *query) if name not in known]:
        raise BadRoute(
            f"{path} names {', '.join(unknown)}, and {route.call.name} has {', '.join(known) or 'no parameters'}"
        )
    if open_ := [one.name for one in known.values() if one.required and one.name not in (*places, *query)]:
        raise BadRoute(f"{path} leaves out {', '.join(open_)}, without which {route.call.name} cannot be called")
    keyword = inspect.Parameter.KEYWORD_ONLY
    asked = [known[name] for name in (*places, *query)]
    return [inspect.Parameter(one.name, keyword, annotation=_annotated(one.kind), default=one.default) for one in asked]


def _annotated(kind: Any) -> Any:
    """Return a type as endpoints annotate what a request brings."""
    return kind if get_origin(kind) is Annotated else Annotated[kind, Meta()]


def _body(answers: Answers[..., Any], make: Callable[..., object] | None, body: Any) -> Any:
    """Return the type of the answers' body. Raises BadRoute if nothing says it."""
    if body is not UNSET:
        return body
    if make is None and answers.stored is None:
        return answers.route.shape
    if isinstance(make, type):
        return make
    try:
        said: Mapping[str, Any] = {} if make is None else get_type_hints(make)
    except NameError:
        said = {}
    if "return" not in said:
        raise BadRoute(f"nothing says the type of the answers of {answers.route.call.name}: give `body=`")
    return said["return"]
