"""`guildhall realm recount` and `guildhall realm mend`."""

import typer
from msgspec import Struct

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.realm.follow.actions import clock
from guildhall.packs.realm.follow.actions.counts import recount
from guildhall.packs.realm.follow.actions.population import refresh_population
from guildhall.terminal import AsJson, print_answer


class Recounted(Struct, frozen=True):
    """The numbers of wrong counters: of messages, of people who play."""

    messages: int
    populations: int


def mend_clock(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Bring the order of messages back to the clock after one that was ahead; stop the web processes first."""
    session: Session = ctx.obj
    done = session.run(clock.mend_clock)
    if not done.seconds:
        sentence = "The order is not ahead of the clock."
    else:
        sentence = f"The order was {done.seconds:,.0f} s ahead of the clock; {done.messages:,} messages were mended."
    print_answer(done, as_json, sentence)


def recount_all(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Count the messages of channels and people, and the players of servers, again."""
    session: Session = ctx.obj

    async def run(db: Database) -> Recounted:
        messages = await recount(db)
        async with db.write() as tx:
            return Recounted(messages, await refresh_population(tx))

    done = session.run(run)
    sentence = f"{done.messages:,} counters of messages and {done.populations:,} of people were wrong"
    print_answer(done, as_json, sentence)
