"""`guildhall draws …`."""

from typing import Annotated

import msgspec
import typer

from guildhall.core.draws import queries
from guildhall.core.draws.luck import Luck
from guildhall.core.draws.schemas import Recorded
from guildhall.db.pool import Database
from guildhall.db.prefixes import find_id
from guildhall.pack import Session
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Draws of luck: seeds, and what follows from them.", no_args_is_help=True)


@commands.command()
def show(
    ctx: typer.Context,
    draw: Annotated[str, typer.Argument(help="The draw's id, or its beginning.", metavar="DRAW")],
    as_json: AsJson = False,
) -> None:
    """Show the seed of a draw, and what else its outcome followed from."""
    session: Session = ctx.obj

    async def run(db: Database) -> Recorded:
        async with db.read() as tx:
            return await queries.draw.one(tx, await find_id(tx, draw, queries.draws_between, "draw"))

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    facts = "" if found.facts is None else msgspec.json.encode(found.facts).decode()
    print_table(
        ("id", "purpose", "when", "algorithm", "seed", "facts"),
        [
            (
                str(found.id),
                found.purpose,
                f"{found.created_at:%Y-%m-%d %H:%M:%S}",
                str(found.algorithm),
                found.seed,
                facts,
            )
        ],
    )


@commands.command()
def number(
    seed: Annotated[str, typer.Argument(help="The seed, in hexadecimal.", metavar="SEED")],
    label: Annotated[str, typer.Argument(help="The question's label.", metavar="LABEL")],
    below: Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="The number is below this one.", metavar="BELOW")],
    times: Annotated[int, typer.Option(min=1, max=1000, help="So many numbers, one after the other.")] = 1,
    algorithm: Annotated[int, typer.Option(min=1)] = 1,
    as_json: AsJson = False,
) -> None:
    """Compute the numbers that follow from a seed, to prove an outcome."""
    try:
        luck = Luck(bytes.fromhex(seed), algorithm)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="SEED") from error
    numbers = [luck.below(label, below) for _ in range(times)]
    print_answer({"numbers": numbers}, as_json, "\n".join(map(str, numbers)))
