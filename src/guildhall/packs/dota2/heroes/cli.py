"""`guildhall dota2 constants`."""

import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.dota2.heroes import actions
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.terminal import AsJson, print_answer

commands = typer.Typer()


@commands.command()
def constants(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Fetch heroes and patches now."""
    session: Session = ctx.obj

    async def run(db: Database, opendota: OpenDota) -> dict[str, int | str | None]:
        heroes = await actions.sync_hero_constants(db, opendota, interactive=True)
        return {"heroes": heroes, "recount_from": await actions.sync_patches(db, opendota)}

    done = session.run(run)
    print_answer(done, as_json, f"{done['heroes']} heroes")
