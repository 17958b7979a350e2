"""`guildhall boards list` and `guildhall boards rebuild`."""

from typing import Annotated

import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from guildhall.core.boards.declaration import Boards
from guildhall.core.boards.errors import BoardNotFound
from guildhall.core.boards.ids import WindowId
from guildhall.core.boards.queries import standings, windows
from guildhall.core.boards.rebuilding import Rebuilt
from guildhall.core.boards.rebuilding import rebuild as rebuild_counts
from guildhall.core.boards.schemas import Window
from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Leaderboards: their lists, and a rebuild of their counts.", no_args_is_help=True)
_console = Console(stderr=True)


class Listed(Struct, frozen=True):
    """A list of ranks with the number of its members."""

    window: Window
    members: int


@commands.command("list")
def list_lists(
    ctx: typer.Context,
    board: Annotated[str | None, typer.Argument(help="Only of this board.")] = None,
    after: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="The last id of the page before.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List the lists of ranks, the oldest first."""
    session: Session = ctx.obj

    async def run(db: Database, boards: Boards) -> list[Listed]:
        _require(boards, board)
        async with db.read() as tx:
            found = await windows.windows_after.many(tx, WindowId(after), board, limit)
            return [Listed(one, await standings.size.one(tx, one.id)) for one in found]

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "board", "window", "key", "members", "state"),
        [
            (
                str(one.window.id), one.window.board, one.window.kind, one.window.key or "-", f"{one.members:,}",
                "open" if one.window.closed_at is None else f"closed {one.window.closed_at:%Y-%m-%d %H:%M}",
            )
            for one in found
        ],
    )  # fmt: skip


@commands.command()
def rebuild(
    ctx: typer.Context,
    board: Annotated[str | None, typer.Argument(help="Only this board.")] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Begin anew, though one was stopped.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count the scores again by which ranks are found, and have Redis' copy made anew.

    It may be stopped at any time, and goes on where it was when it is called again. Answers stay right meanwhile.
    """
    session: Session = ctx.obj

    async def run(db: Database, boards: Boards) -> Rebuilt:
        _require(boards, board)
        with Progress(console=_console, transient=True, disable=as_json) as progress:
            bar = progress.add_task("Counting scores", total=None)
            return await rebuild_counts(
                db, board, lambda done, total: progress.update(bar, completed=done, total=total), anew=anew
            )

    done = session.run(run)
    sentence = f"{done.scores:,} scores of {done.lists:,} lists were counted; the counts of {done.wrong:,} were wrong"
    print_answer(done, as_json, f"{sentence}{', after an earlier rebuild was stopped' if done.resumed else ''}")


def _require(boards: Boards, name: str | None) -> None:
    """Raise BoardNotFound for a name that no active pack declares; a board's name stands for all its subjects."""
    if name is not None and name not in {board.name for board in boards.all} and boards.named(name) is None:
        raise BoardNotFound(board=name)
