"""`guildhall realm archive …`."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer

from guildhall.arguments import day, instant
from guildhall.arguments import month as first_day
from guildhall.db.pool import Database
from guildhall.db.prefixes import find_position
from guildhall.ids import UserId
from guildhall.pack import Session
from guildhall.packs.realm.archive import queries
from guildhall.packs.realm.archive.actions.archive import archive_months
from guildhall.packs.realm.archive.actions.changes import restore_month
from guildhall.packs.realm.archive.actions.search import ArchiveReader
from guildhall.packs.realm.archive.schemas import Archive, ArchivedMonth, FoundMessages, Restored, Verdict, Wanted
from guildhall.packs.realm.exchange.queries.export import server_id_named, servers_between
from guildhall.packs.realm.ids import ChannelId, ServerId
from guildhall.packs.realm.settings import RealmSettings
from guildhall.terminal import AsJson, print_json, print_table

commands = typer.Typer(help="Months of messages that have left the database for files.", no_args_is_help=True)


@commands.command("run")
def run_archive(
    ctx: typer.Context,
    before: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DAY", help="Months that ended by this day (2026-01-31), instead."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Archive the months that are old enough now; an unfinished earlier run is completed first."""
    session: Session = ctx.obj

    async def run(db: Database, settings: RealmSettings) -> list[ArchivedMonth]:
        return await archive_months(db, settings, before=before)

    done = session.run(run)
    if as_json:
        print_json(done)
        return
    for one in done:
        what = f"{one.messages:,} messages, {one.reactions:,} reactions in {one.file}" if one.file else "no messages"
        typer.echo(f"{one.month:%Y-%m} part {one.part}: {what}")
    typer.echo(f"{len(done)} months archived")


@commands.command("list")
def list_archive(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the archive's files."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[Archive]:
        async with db.read() as tx:
            return await queries.archives.many(tx, None, None)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("month", "part", "state", "messages", "bytes", "archived", "file"),
        [
            (
                f"{one.month:%Y-%m}", str(one.part), one.state, f"{one.messages:,}", f"{one.bytes:,}",
                f"{one.archived_at:%Y-%m-%d %H:%M}" if one.archived_at else "", one.file_name or "",
            )
            for one in found
        ],
    )  # fmt: skip


@commands.command()
def verify(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Compare every file with its checksum. Exit status 1 when one is missing or differs."""
    session: Session = ctx.obj

    async def run(db: Database, settings: RealmSettings) -> list[Verdict]:
        return await ArchiveReader(db, settings).verify()

    found = session.run(run)
    if as_json:
        print_json(found)
    else:
        for one in found:
            typer.echo(f"{one.file}: {one.wrong or 'whole'}")
        typer.echo(f"{len(found)} files, {sum(one.wrong is not None for one in found)} of them damaged")
    if any(one.wrong for one in found):
        raise typer.Exit(1)


@commands.command()
def query(
    ctx: typer.Context,
    server: Annotated[str | None, typer.Option(help="A server's name or id.")] = None,
    channel: Annotated[str | None, typer.Option(help="A channel's name or id.")] = None,
    author: Annotated[str | None, typer.Option(help="A character's name or id.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(parser=instant, metavar="TIME", help="Not before: 2026-01-31T05:00:00Z, or a day in UTC."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(parser=instant, metavar="TIME", help="Before: a time or a day.")
    ] = None,
    words: Annotated[str | None, typer.Option(help="Words that must all be there.")] = None,
    deleted: Annotated[bool, typer.Option("--deleted", help="Also messages that were deleted softly.")] = False,
    after: Annotated[UUID | None, typer.Option(help="The position that the page before has printed.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The number of messages.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Search the archive, newest first."""
    session: Session = ctx.obj

    async def run(db: Database, settings: RealmSettings) -> tuple[FoundMessages, dict[UUID, str]]:
        wanted = Wanted(
            *await _ids(db, server, channel, author),
            since=since,
            until=until,
            words=tuple((words or "").split()),
            deleted=deleted,
            below=after,
        )
        reader = ArchiveReader(db, settings)
        found = await reader.search(wanted, limit)
        return found, await reader.names(found.messages)

    found, names = session.run(run)
    if as_json:
        print_json(found)
        return
    for one in found.messages:
        where = names.get(one.channel_id, str(one.channel_id)) if one.channel_id is not None else one.type
        who = names.get(one.user_id, str(one.user_id))
        typer.echo(f"{one.created_at:%Y-%m-%d %H:%M:%S} #{where} {who}: {one.content}")
    if found.next is not None:
        typer.echo(f"more: --after {found.next}", err=True)


async def _ids(
    db: Database, server: str | None, channel: str | None, author: str | None
) -> tuple[ServerId | None, ChannelId | None, UserId | None]:
    """The ids of a server, a channel and a person by name, id or the beginning of one.

    A whole id is taken as it is, since the archive outlives what it names. Raises NotFound, AmbiguousId.
    """
    async with db.read() as tx:
        server_id: ServerId | None = None
        channel_id: ChannelId | None = None
        author_id: UserId | None = None
        if server is not None:
            server_id = await server_id_named.one_or_none(tx, server)
            server_id = server_id or await find_position(tx, server, servers_between, "server")
        if channel is not None:
            channel_id = await queries.channel_id_named.one_or_none(tx, channel, server_id)
            channel_id = channel_id or await find_position(tx, channel, queries.channels_between, "channel")
        if author is not None:
            author_id = await queries.user_id_named.one_or_none(tx, author, server_id)
            author_id = author_id or await find_position(tx, author, queries.users_between, "character")
    return server_id, channel_id, author_id


@commands.command()
def restore(
    ctx: typer.Context,
    month: Annotated[date, typer.Argument(parser=first_day, metavar="YYYY-MM")],
    keep_days: Annotated[int, typer.Option(min=1, max=3650, help="Days that it stays in the database.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Put a month back into the database for some days. Its files are removed, and written again after that."""
    session: Session = ctx.obj

    async def run(db: Database, settings: RealmSettings) -> Restored:
        return await restore_month(db, settings, month, keep_days)

    done = session.run(run)
    if as_json:
        print_json(done)
        return
    typer.echo(
        f"{done.month:%Y-%m}: {done.messages:,} messages and {done.reactions:,} reactions of {done.files} files are "
        f"back; {done.left_out:,} messages stay out, whose channel, server or author is gone"
    )
