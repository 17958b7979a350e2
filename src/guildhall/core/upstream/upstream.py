"""A game API, declared as a class: its options, and its routes."""

from typing import ClassVar, Generic, Self, TypeVar

from msgspec import structs

from guildhall.clock import Clock
from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.upstream.routes import UpstreamRoute
from guildhall.core.upstream.schemas import UpstreamOptions
from guildhall.core.upstream.templates import BadRoute
from guildhall.db.pool import Database

Settings = TypeVar("Settings")


_OWN = frozenset({"client", "settings", "name"})
"""Attributes of an API that are no methods, and so no names of routes either."""


class Upstream(Generic[Settings]):
    """A game API. A subclass declares its options and routes; its one instance in a process is provided by type.

        class Lichess(Upstream[LichessSettings]):
            '''Lichess's API.'''

            @classmethod
            def options(cls, settings: LichessSettings) -> UpstreamOptions:
                return UpstreamOptions(base_url=settings.url, minute_limit=settings.minute_limit)

            @upstream_route("/api/user/{username}", GivenUser, missing=PlayerNotFound)
            def user(self, username: str) -> None:
                '''A player's profile.'''

    All routes share the budget, the connections and the circuit breaker. `name` is the API's in the budget and in
    measures: that of the class in lower case, unless the class says another.
    """

    name: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" not in vars(cls):
            cls.name = cls.__name__.lower()
        routes = [one for one in vars(cls).values() if isinstance(one, UpstreamRoute)]
        if taken := sorted(route.name for route in routes if hasattr(Upstream, route.name) or route.name in _OWN):
            raise BadRoute(f"{cls.__name__} has routes with names of its own: {taken}")
        kinds = [route.kind.name for route in routes if route.kind is not None]
        if shared := sorted({kind for kind in kinds if kinds.count(kind) > 1}):
            raise BadRoute(f"{cls.__name__} has several routes of one kind, whose answers would be mixed up: {shared}")

    def __init__(self, client: UpstreamClient, settings: Settings) -> None:
        self.client = client
        self.settings = settings

    @classmethod
    def options(cls, settings: Settings) -> UpstreamOptions:
        """Return the options of calls, from the pack's settings."""
        raise NotImplementedError(f"{cls.__name__} does not say its options")

    @classmethod
    def connect(cls, settings: Settings, db: Database, clock: Clock) -> Self:
        """Return the API as a process calls it. Close its `client` at the end."""
        return cls(UpstreamClient(structs.replace(cls.options(settings), name=cls.name), db, clock), settings)

    async def prepare(self) -> None:
        """Do what must come before a call that counts, such as reading the API's own limits: nothing by itself."""
