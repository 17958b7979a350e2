"""`guildhall social …`."""

from typing import Annotated

import typer

from guildhall.core.social.broadcasts import actions as broadcasts
from guildhall.core.social.broadcasts.errors import BroadcastNotFound
from guildhall.core.social.broadcasts.queries import broadcast_lines, broadcasts_between
from guildhall.core.social.broadcasts.schemas import BroadcastLine
from guildhall.core.social.ids import BroadcastId
from guildhall.core.social.profiles.actions import mark_profile, rename_profile
from guildhall.core.social.profiles.errors import ProfileNotFound
from guildhall.core.social.profiles.queries import public_profile
from guildhall.core.social.profiles.rules import handle_key
from guildhall.core.social.profiles.schemas import Profile, ProfileMarks
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pool import Database, Transaction
from guildhall.db.prefixes import find_id, find_position
from guildhall.errors import NotFound
from guildhall.pack import Session
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Profiles: marks, handles; notices to followers.", no_args_is_help=True)

Handle = Annotated[str, typer.Argument(help="The profile's handle.", metavar="HANDLE")]
Broadcast = Annotated[str, typer.Argument(help="The broadcast's id, or the beginning of it.", metavar="BROADCAST")]


@commands.command()
def show(ctx: typer.Context, handle: Handle, as_json: AsJson = False) -> None:
    """Show a profile."""
    session: Session = ctx.obj

    async def run(db: Database) -> Profile:
        async with db.read() as tx:
            found = await public_profile.one_or_none(tx, handle_key(handle), None)
        if found is None:
            raise ProfileNotFound
        return found

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("handle", "name", "id", "verified", "creator", "followers", "following", "since"),
        [
            (
                found.handle, found.display_name, str(found.user_id), "yes" if found.is_verified else "",
                "yes" if found.is_content_creator else "", str(found.followers), str(found.following),
                f"{found.created_at:%Y-%m-%d}",
            )
        ],
    )  # fmt: skip


def _mark(ctx: typer.Context, handle: str, as_json: bool, **marks: bool) -> None:
    session: Session = ctx.obj

    async def run(db: Database) -> ProfileMarks:
        async with db.write() as tx:
            return await mark_profile(tx, None, handle, **marks)

    done = session.run(run)
    words = [word for word, has in (("verified", done.is_verified), ("a creator", done.is_content_creator)) if has]
    print_answer(done, as_json, f"{handle} is {' and '.join(words) or 'not marked'}")


@commands.command()
def verify(ctx: typer.Context, handle: Handle, as_json: AsJson = False) -> None:
    """Mark a profile as that of the person whom it names."""
    _mark(ctx, handle, as_json, is_verified=True)


@commands.command()
def unverify(ctx: typer.Context, handle: Handle, as_json: AsJson = False) -> None:
    """Take that mark away."""
    _mark(ctx, handle, as_json, is_verified=False)


@commands.command()
def creator(
    ctx: typer.Context,
    handle: Handle,
    no: Annotated[bool, typer.Option("--no", help="Take the mark away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Mark a profile as that of somebody who makes content."""
    _mark(ctx, handle, as_json, is_content_creator=not no)


@commands.command()
def rename(
    ctx: typer.Context,
    handle: Handle,
    new: Annotated[str, typer.Argument(help="The handle that it gets.", metavar="NEW")],
    as_json: AsJson = False,
) -> None:
    """Give a profile another handle. Nobody gets the present one for a while, not even its owner."""
    session: Session = ctx.obj

    async def run(db: Database, settings: SocialSettings) -> str:
        async with db.write() as tx:
            return await rename_profile(tx, handle, new, settings)

    done = session.run(run)
    print_answer({"handle": done}, as_json, f"{handle} is {done} now")


@commands.command("broadcasts")
def list_broadcasts(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    after: Annotated[str | None, typer.Option(help="Continue after this id.")] = None,
    as_json: AsJson = False,
) -> None:
    """List notices to followers that are under way, and how far they are, the latest first."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[BroadcastLine]:
        async with db.read() as tx:
            return await broadcast_lines.many(
                tx, all_, await find_position(tx, after, broadcasts_between, "broadcast"), limit
            )

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "of", "title", "at", "told", "followers", "outcome"),
        [
            (
                str(one.id), one.handle or "", one.title[:60], f"{one.happened_at:%Y-%m-%d %H:%M:%S}", str(one.told),
                str(one.followers), one.outcome or "",
            )
            for one in found
        ],
    )  # fmt: skip


async def _broadcast(tx: Transaction, text: str) -> BroadcastId:
    """Raises BroadcastNotFound, AmbiguousId."""
    try:
        return await find_id(tx, text, broadcasts_between, "broadcast")
    except NotFound:
        raise BroadcastNotFound from None


@commands.command()
def stop(ctx: typer.Context, broadcast: Broadcast, as_json: AsJson = False) -> None:
    """Tell no more followers of something."""
    session: Session = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await broadcasts.stop_broadcast(tx, await _broadcast(tx, broadcast))

    session.run(run)
    print_answer({"stopped": True}, as_json, "stopped")


@commands.command()
def resume(ctx: typer.Context, broadcast: Broadcast, as_json: AsJson = False) -> None:
    """Go on telling followers where it was stopped."""
    session: Session = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await broadcasts.resume_broadcast(tx, await _broadcast(tx, broadcast))

    session.run(run)
    print_answer({"resumed": True}, as_json, "resumed")
