"""`guildhall poe2 builds …`: what operators do with builds."""

from typing import Annotated

import msgspec
import typer

from guildhall.core.cache.actions import invalidate
from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.poe2.builds.actions.moderation import feature_build
from guildhall.packs.poe2.builds.kinds import PUBLIC_BUILD
from guildhall.packs.poe2.builds.queries import builds, counts
from guildhall.packs.poe2.builds.rules.addresses import Named
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.packs.poe2.builds.views.builds import locate
from guildhall.packs.poe2.ids import ShortId
from guildhall.terminal import AsJson, print_answer

commands = typer.Typer(help="Builds of people.", no_args_is_help=True)

Ref = Annotated[str, typer.Argument(help="The build's short id, or its id.")]


@commands.command()
def show(ctx: typer.Context, build: Ref, as_json: AsJson = False) -> None:
    """Print the details of a build, a draft's too."""
    session: Session = ctx.obj

    async def run(db: Database) -> BuildDetails:
        async with db.read() as tx:
            return await locate(tx, Named(build))

    found = session.run(run)
    print_answer(found, as_json, msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


@commands.command()
def feature(ctx: typer.Context, build: Ref, as_json: AsJson = False) -> None:
    """Feature a public build."""
    found = _put_featured(ctx, build, featured=True)
    print_answer(found, as_json, f"{found.title} is featured")


@commands.command()
def unfeature(ctx: typer.Context, build: Ref, as_json: AsJson = False) -> None:
    """Feature a build no longer."""
    found = _put_featured(ctx, build, featured=False)
    print_answer(found, as_json, f"{found.title} is not featured")


@commands.command()
def recount(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Count the views and likes of all builds anew, and mend the counts that are wrong."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[ShortId]:
        async with db.write(timeout=600) as tx:
            mended = await counts.recount.many(tx)
            await invalidate(tx, *(PUBLIC_BUILD.key(short_id) for short_id in mended), stored=False)
            return mended

    mended = session.run(run)
    print_answer(mended, as_json, f"{len(mended)} counts were wrong")


def _put_featured(ctx: typer.Context, build: str, *, featured: bool) -> BuildDetails:
    session: Session = ctx.obj

    async def run(db: Database) -> BuildDetails:
        async with db.write() as tx:
            found = await locate(tx, Named(build))
            await feature_build(tx, None, found.id, featured)
            return await builds.build.one(tx, found.id)

    return session.run(run)
