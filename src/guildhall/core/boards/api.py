"""Leaderboards over HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import Meta, Struct

from guildhall.core.boards import actions
from guildhall.core.boards.declaration import Board, Boards
from guildhall.core.boards.errors import BoardNotFound, NotOnBoard, WindowNotFound
from guildhall.core.boards.ids import WindowId
from guildhall.core.boards.lists import Lists
from guildhall.core.boards.queries import people, standings, windows
from guildhall.core.boards.schemas import MEMBER, BoardName, Standing, Window, WindowKind
from guildhall.core.boards.standings import Part, Standings, place_of
from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database
from guildhall.web.route import PEOPLE, PUBLIC, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1")

READ = "boards:read"
"""The scope of API tokens that read their holder's own standing."""

_BY_NAME = Cursor("boards", 1, str)
_BY_PLACE = Cursor("board", 1, bytes)
_BY_AGE = Cursor("board_windows", 1, tuple[datetime, WindowId])

Name = Annotated[
    str,
    PathParameter(
        description="The board, with its subject behind a colon if it has one",
        examples=[Example(value="dota2.mmr")],
        max_length=120,
    ),
]
Kind = Annotated[
    WindowKind | None, Meta(description="The time that it is about; without one the first that the board has")
]
Key = Annotated[
    str | None,
    Meta(
        max_length=100, description="The name of the league or season, or the week as 2026-W28; usually the present one"
    ),
]
MemberId = Annotated[str, Meta(pattern=MEMBER, description="The member")]
Around = Annotated[int, Meta(ge=0, le=50, description="Neighbours on either side")]


class BoardInfo(Struct, frozen=True):
    """A board as its pack declares it. Each of `windows` has ranks of its own; the first one is shown by itself.

    With `subjects`, a board's name is followed by a colon and the subject, such as the id of a hero.
    """

    name: BoardName
    title: Annotated[str, Meta(examples=["Rating"])]
    order: Literal["descending", "ascending"]
    tie_break: Literal["earlier", "declared"]
    windows: list[WindowKind]
    subjects: bool
    accounts: bool


class WindowInfo(Struct, frozen=True):
    """The time that a list is about. One that is closed takes no scores any more."""

    kind: WindowKind
    key: Annotated[str | None, Meta(examples=["2026-W28"])]
    opened_at: datetime | None
    ends_at: datetime | None
    closed_at: datetime | None


class BoardPage(Struct, frozen=True):
    """A page of a list, best first. `size` is the number of all its members."""

    board: BoardName
    window: WindowInfo
    size: int
    items: list[Standing]
    next: str | None


class Neighbours(Struct, frozen=True):
    """A member's standing, and it among its neighbours. `size` is the number of all members of the list."""

    board: BoardName
    window: WindowInfo
    size: int
    standing: Standing
    items: list[Standing]


class Visibility(Struct, frozen=True):
    """Visibility of a person's scores. Scores that are not shown have no rank, and are kept."""

    shown: bool


@routes.get("/boards", scope=PUBLIC, pages=Pages(_BY_NAME, usual=50))
async def list_boards(boards: Boards, page: Asked[str]) -> Page[BoardInfo]:
    """Leaderboards of all packs."""
    found = sorted(boards.all, key=lambda board: board.name)
    rows = [_info(board) for board in found if page.after is None or board.name > page.after]
    return _BY_NAME.page(rows[: page.rows], page.limit, lambda board: board.name)


@routes.get(
    "/boards/{name:str}", scope=PUBLIC, raises=(BoardNotFound, WindowNotFound), pages=Pages(_BY_PLACE, usual=100)
)
async def get_board(
    lists: Lists, answers: Standings, page: Asked[bytes], name: Name, window: Kind = None, key: Key = None
) -> BoardPage:
    """Ranks of a leaderboard.

    The members of a list with their ranks, best first, page by page. People who opted out or are suspended are on no
    list, and the ranks are those without them.
    """
    kind, found_key, found = await lists.find(name, window, key)
    if found is None:
        return BoardPage(name, _window(kind, found_key, None), 0, [], None)
    part = await answers.page(found, page.after or b"", page.rows)
    cut = _BY_PLACE.page(part.standings, page.limit, lambda row: place_of(found, row))
    return BoardPage(name, _window(kind, found_key, found), part.size, cut.items, cut.next)


@routes.get("/boards/{name:str}/windows", scope=PUBLIC, raises=(BoardNotFound,), pages=Pages(_BY_AGE, usual=50))
async def list_board_windows(
    tx: Read, lists: Lists, page: Asked[tuple[datetime, WindowId]], name: Name
) -> Page[WindowInfo]:
    """Weeks, leagues and seasons of a leaderboard, the newest first."""
    lists.board(name)
    opened_at, window_id = page.after or (None, None)
    rows = await windows.windows_page.many(tx, name, opened_at, window_id, page.rows)
    cut = _BY_AGE.page(rows, page.limit, lambda row: (row.opened_at, row.id))
    return Page([_window(row.kind, row.key, row) for row in cut.items], cut.next)


@routes.get("/boards/{name:str}/around-me", scope=READ, raises=(BoardNotFound, WindowNotFound, NotOnBoard))
async def get_my_neighbours(
    db: Database,
    principal: Principal,
    lists: Lists,
    answers: Standings,
    name: Name,
    window: Kind = None,
    key: Key = None,
    around: Around = 5,
) -> Neighbours:
    """Your rank on a leaderboard, and who is around you.

    Of several scores that are yours, it is the best one.
    """
    board, _ = lists.board(name)
    kind, found_key, found = await lists.find(name, window, key)
    if found is None:
        raise NotOnBoard
    member: str | None = str(principal.viewer.id)
    if not board.accounts:
        async with db.read() as tx:
            member = await standings.best_of_person.one_or_none(tx, found.id, principal.viewer.id)
    if member is None:
        raise NotOnBoard
    return _neighbours(
        name, _window(kind, found_key, found), member, await answers.around(found, member, around, around)
    )


@routes.get("/boards/{name:str}/members/{member:str}", scope=PUBLIC, raises=(BoardNotFound, WindowNotFound, NotOnBoard))
async def get_board_member(
    lists: Lists,
    answers: Standings,
    name: Name,
    member: MemberId,
    window: Kind = None,
    key: Key = None,
    around: Around = 0,
) -> Neighbours:
    """Rank of a member on a leaderboard, and who is around it."""
    kind, found_key, found = await lists.find(name, window, key)
    if found is None:
        raise NotOnBoard
    return _neighbours(
        name, _window(kind, found_key, found), member, await answers.around(found, member, around, around)
    )


@routes.get("/me/boards", scope=PEOPLE)
async def get_my_visibility(tx: Read) -> Visibility:
    """Visibility of your scores on leaderboards."""
    return Visibility(not await people.opted_out.one(tx, tx.viewer.id))


@routes.put("/me/boards", scope=PEOPLE)
async def set_my_visibility(data: Visibility, tx: Write) -> Visibility:
    """Show your scores on leaderboards, or hide them.

    It holds on all boards at once. Hidden scores go on counting, and have their ranks again when they are shown.
    """
    await actions.show_person(tx, tx.viewer.id, shown=data.shown)
    return data


def _info(board: Board) -> BoardInfo:
    return BoardInfo(
        board.name, board.title, board.order, board.tie_break, list(board.windows), board.subjects, board.accounts
    )


def _window(kind: WindowKind, key: str, found: Window | None) -> WindowInfo:
    if found is None:
        return WindowInfo(kind, key or None, None, None, None)
    return WindowInfo(kind, key or None, found.opened_at, found.ends_at, found.closed_at)


def _neighbours(name: str, window: WindowInfo, member: str, part: Part) -> Neighbours:
    """Raises NotOnBoard."""
    for row in part.standings:
        if row.member == member:
            return Neighbours(name, window, part.size, row, part.standings)
    raise NotOnBoard
