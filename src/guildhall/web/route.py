"""Routes: the declaration of an endpoint, from which its permissions, failures and description follow."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, TypedDict, TypeVar, Unpack

from msgspec import UNSET, Struct, UnsetType

from guildhall.db.pages import Cursor
from guildhall.db.pool import Transaction
from guildhall.errors import GuildhallError

if TYPE_CHECKING:  # a route is declared without the framework, which a worker does not load
    from litestar.openapi.datastructures import ResponseSpec

Key = TypeVar("Key")
Endpoint = TypeVar("Endpoint", bound=Callable[..., Awaitable[Any]])

Paths = str | Sequence[str]
"""The path of an endpoint, or several that lead to the same."""

PUBLIC: Final = "public"
"""The scope of routes that answer everybody, signed in or not."""
PEOPLE: Final = "people"
"""The scope of routes for signed-in people alone: no API token may use them."""

Read = Annotated[Transaction, "read"]
"""A parameter for a transaction that only reads, open while the endpoint runs."""
Write = Annotated[Transaction, "write"]
"""A parameter for a transaction that is committed before the answer leaves, or rolled back by an error."""


class Asked(Struct, Generic[Key], frozen=True):
    """The page of a list that a request asks for: the position it begins after, and its largest number of items."""

    after: Key | None
    limit: int
    text: str | None
    """The cursor as it was sent, for the key of a cached page."""

    @property
    def rows(self) -> int:
        """The rows to read: one more than the page has, which tells that there is a next page."""
        return self.limit + 1


class Pages(Struct, frozen=True):
    """The paging of a list: its cursor, the items of a page that does not say its length, and the most it may ask."""

    cursor: Cursor[Any]
    usual: int = 20
    largest: int = 100

    def __post_init__(self) -> None:
        """Raises ValueError when a page that says no length would be longer than one may be."""
        if not 1 <= self.usual <= self.largest:
            raise ValueError(f"Pages: {self.usual} items are usual and {self.largest} the most")


class Declared(TypedDict, total=False):
    """The options of a route, checked where they are written. See `Routes` for what each says."""

    raises: tuple[type[GuildhallError], ...]
    status: int
    pages: Pages
    cached: Any
    lane: bool
    limit: str
    empty: str
    media_type: str
    answers: "Mapping[int, ResponseSpec]"
    options: Mapping[str, Any]


class Route(Struct, frozen=True, kw_only=True):
    """The declaration of one endpoint. See `Routes` for what each field says."""

    method: str
    path: str
    endpoint: Callable[..., Awaitable[Any]]
    scope: str
    raises: tuple[type[GuildhallError], ...] = ()
    status: int | None = None
    pages: Pages | None = None
    cached: Any | UnsetType = UNSET
    lane: bool = False
    limit: str = ""
    empty: str = ""
    media_type: str | None = None
    answers: "Mapping[int, ResponseSpec]" = {}
    options: Mapping[str, Any] = {}

    @property
    def public(self) -> bool:
        """Return whether it answers everybody."""
        return self.scope == PUBLIC

    @property
    def limit_group(self) -> str:
        """Return the group of endpoints whose limit a person's request counts in."""
        return self.limit or ("read" if self.method == "GET" else "write")

    @property
    def token_scope(self) -> str | None:
        """The scope that an API token needs; None if no API token may use the route."""
        return None if self.scope in (PUBLIC, PEOPLE) else self.scope


class Routes:
    """The endpoints of a module, below one path.

    An endpoint is an async function. What it does not say follows from its parameters, by their types:

    - `tx: Read` or `tx: Write` is the viewer's transaction. It is opened for the call and committed before the answer.
      An endpoint that does something after its commit, or calls another server, asks for `Database` instead.
    - `Viewer`, `Principal` or `Principal | None` is who asks; `Caller` is the origin, for the log of security events.
    - `page: Asked[...]`, on a route with `pages=`, is the page of a list, from the query's `after` and `limit`.
    - `data` is the JSON body. `Request` is the request.
    - Any other class is the process's object of this type: the slice's settings, a service, a client of a game API.
    - A parameter that the path names, and any that is annotated with bounds (`Annotated[int, Meta(ge=1)]`), is one of
      the path or the query. One that is annotated for the framework (HeaderParameter) is that parameter. With `Normal`
      among its annotations the endpoint gets the one spelling that it gives.

    The first line of its docstring is the summary in the API's description, and what follows is the description.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def get(self, path: Paths, *, scope: str, **declared: Unpack[Declared]) -> Callable[[Endpoint], Endpoint]:
        """Declare an endpoint for GET.

        `scope` is what an API token needs, or PUBLIC or PEOPLE; without a sign-in any but PUBLIC is a 401. `raises`
        are the errors that the endpoint raises by itself or by its actions; 400, 401, 403, 413, 429 and 503 follow
        from the rest. `pages` is the paging of a list. With `cached`, the type of the body, the endpoint returns an
        answer of the cache; with `lane` too, the fast path serves it. `limit` is the group of endpoints that share a
        limit for each person, where that is not `read` or, for other methods, `write`. `empty` says what an answer
        without a body means. `status` is the status of success, `media_type` the body's type where that is not JSON,
        `answers` are further answers to describe, `options` are the framework's own.
        """
        return self._declare("GET", path, scope, declared)

    def post(self, path: Paths, *, scope: str, **declared: Unpack[Declared]) -> Callable[[Endpoint], Endpoint]:
        """Declare an endpoint for POST, as `get` does; 201 is its usual status."""
        return self._declare("POST", path, scope, declared)

    def put(self, path: Paths, *, scope: str, **declared: Unpack[Declared]) -> Callable[[Endpoint], Endpoint]:
        """Declare an endpoint for PUT, as `get` does."""
        return self._declare("PUT", path, scope, declared)

    def patch(self, path: Paths, *, scope: str, **declared: Unpack[Declared]) -> Callable[[Endpoint], Endpoint]:
        """Declare an endpoint for PATCH, as `get` does."""
        return self._declare("PATCH", path, scope, declared)

    def delete(self, path: Paths, *, scope: str, **declared: Unpack[Declared]) -> Callable[[Endpoint], Endpoint]:
        """Declare an endpoint for DELETE, as `get` does; 204 is its usual status."""
        return self._declare("DELETE", path, scope, declared)

    def websocket(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """Declare an endpoint for a WebSocket, which authenticates by itself."""
        return self._declare("WEBSOCKET", path, PUBLIC, {})

    def _declare(self, method: str, paths: Paths, scope: str, declared: Declared) -> Callable[[Endpoint], Endpoint]:
        def declare(endpoint: Endpoint) -> Endpoint:
            for path in [paths] if isinstance(paths, str) else paths:
                whole = f"{self._path}{path}".rstrip("/") or "/"
                self._routes.append(Route(method=method, path=whole, endpoint=endpoint, scope=scope, **declared))
            return endpoint

        return declare
