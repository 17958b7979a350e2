"""A small pack of a chess server, whose game API is declared, and served by `serve` alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from pydantic_settings import BaseSettings

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Kind
from guildhall.core.upstream.parameters import Normal
from guildhall.core.upstream.routes import Given, upstream_route
from guildhall.core.upstream.rows import Rows
from guildhall.core.upstream.schemas import UpstreamOptions
from guildhall.core.upstream.serving import Answers, Stored, serve
from guildhall.core.upstream.upstream import Upstream
from guildhall.db.branch import Branch
from guildhall.db.pool import Transaction
from guildhall.errors import BadRequest, NotFound
from guildhall.pack import Pack, Part, ProcessPart, WebPart
from guildhall.references import Reference
from guildhall.web.route import PUBLIC, Routes


class ChessSettings(BaseSettings):
    """Address and limit of the chess server."""

    url: str = "http://127.0.0.1:1"
    minute_limit: int | None = None
    key: str | None = None


class PlayerNotFound(NotFound):
    says = "Player not found: the server has no player {username}."
    username: str


class GameNotFound(NotFound):
    says = "Game not found: {username} has no game {number}."
    username: str
    number: int


class BadName(BadRequest):
    says = "Bad name: no player is called {username}."
    username: str


class GivenUser(Struct, frozen=True):
    """A player, as the server gives one."""

    id: str
    rating: int


class GivenGame(Struct, frozen=True):
    """A game, as the server gives one."""

    id: int
    moves: int = 0


class Profile(Struct, frozen=True):
    """A player for clients."""

    name: str
    rating: int
    as_of: datetime

    @classmethod
    def of(cls, given: Given[GivenUser]) -> "Profile":
        """Return the player for clients."""
        return cls(given.value.id, given.value.rating, given.as_of)


class Move(Struct, frozen=True):
    """The body of a POST."""

    move: str
    resign: bool = False


def name(text: str) -> str:
    """Return the one spelling of a name. Raises BadName."""
    if "!" in text:
        raise BadName(username=text)
    return text.casefold()


def another(given: GivenUser, asked: Mapping[str, Any]) -> str | None:
    """Return the fault of an answer about somebody else."""
    return None if given.id == asked["username"] else f"the player {given.id}"


Name = Annotated[str, Normal(name), Meta(max_length=20, description="A player's name", examples=["ann"])]
GAMES = Rows(list[GivenGame], judge=lambda game: "moves below zero" if game.moves < 0 else None)


class Chess(Upstream[ChessSettings]):
    """The chess server's API."""

    @classmethod
    def options(cls, settings: ChessSettings) -> UpstreamOptions:
        """Return the options of calls."""
        return UpstreamOptions(
            base_url=f"{settings.url}/api",
            parameters={} if settings.key is None else {"key": settings.key},
            minute_limit=settings.minute_limit,
            attempts=2,
            deadline=5.0,
        )

    @upstream_route(
        "/user/{username}",
        GivenUser,
        kind=Kind("chess_user", timedelta(minutes=5)),
        missing=PlayerNotFound,
        check=another,
    )
    def user(self, username: Name) -> None:
        """A player.

        As the chess server has it.
        """

    @upstream_route(
        "/user/{username}/games", GAMES, kind=Kind("chess_games", timedelta(minutes=1)), missing=PlayerNotFound
    )
    def games(
        self,
        username: Name,
        most: Annotated[int, Meta(ge=1, le=50)] = 20,
        rated: bool | None = None,
        speeds: Annotated[list[str], Meta(max_length=3)] | None = None,
        color: Literal["white", "black"] | None = None,
    ) -> None:
        """A player's games."""

    @upstream_route("/user/{username}/games/{number}.json", GivenGame, missing=GameNotFound)
    def game(self, username: str, number: Annotated[int, Meta(ge=1, le=9999)]) -> None:
        """A game."""

    @upstream_route("/tv", GAMES, kind=Kind("chess_tv", timedelta(seconds=30)))
    def tv(self) -> None:
        """The games that are shown now."""

    @upstream_route("/user/{username}/moves", GivenGame, method="POST", missing=PlayerNotFound)
    def move(self, username: str, data: Move) -> None:
        """Make a move."""

    @upstream_route("/user/{username}/ping", None, method="POST", repeats=True, missing=PlayerNotFound)
    def ping(self, username: str) -> None:
        """Have the server look at the player again."""

    @upstream_route("/limits", dict[str, int], counted=False)
    def limits(self) -> None:
        """The server's limits, which cost nothing."""


class Standing(Struct, frozen=True):
    """A player's rating, from a table of the pack."""

    name: str
    rating: int


async def read_standing(tx: Transaction, username: str) -> tuple[Standing, datetime] | None:
    """Read the stored rating."""
    row = await tx.connection.fetchrow("select name, rating, as_of from chess.standings where name = $1", username)
    return None if row is None else (Standing(row["name"], row["rating"]), row["as_of"])


async def save_standing(tx: Transaction, given: Given[GivenUser], username: str) -> None:
    """Store the rating."""
    await tx.connection.execute(
        """
        insert into chess.standings values ($1, $2, $3)
        on conflict (name) do update set rating = excluded.rating, as_of = excluded.as_of
        """,
        username, given.value.rating, given.as_of,
    )  # fmt: skip


routes = Routes("/api/v1/chess")
PROFILES = serve(routes, "/players/{username}", Chess.user, Profile.of, raises=(BadName,))
serve(routes, "/players/{username}/games", Chess.games, query=("most", "speeds", "color"))
serve(
    routes,
    "/players/{username}/games/{number}",
    Chess.game,
    kind=Kind("chess_game", timedelta(days=1)),
    summary="A game by its number.",
)
STANDINGS = serve(
    routes,
    "/standings/{username}",
    Chess.user,
    kind=Kind("chess_standing", timedelta(minutes=5)),
    body=Standing,
    stored=Stored(read_standing, save_standing),
)
TV = Answers(Chess.tv, lambda given: len(given.value))


@routes.get("/tv", scope=PUBLIC, cached=int)
async def get_tv(cache: Cache, chess: Chess) -> Answer:
    """The number of games that are shown now."""
    return await TV.find(cache, chess)


PROCESS = ProcessPart(upstreams=(Chess,))
WEB = WebPart(routes=routes)
CHESS = Pack(
    name="chess",
    title="Chess",
    settings=Reference("tests.core.upstream.chess:ChessSettings"),
    migrations=Branch("chess", "tests.core.upstream.migrations"),
    parts=(
        Part(process=Reference("tests.core.upstream.chess:PROCESS"), web=Reference("tests.core.upstream.chess:WEB")),
    ),
)
