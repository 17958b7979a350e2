"""Pauses that game APIs asked for."""

from guildhall.core.fresh.schemas import Halt
from guildhall.db.statements import command, rows


@rows(
    Halt,
    """
    select name, until, background_until, why from core.fresh_halts
    where greatest(until, background_until) > now()
    order by name
    """,
)
def halts() -> None: ...


@command(
    """
    insert into core.fresh_halts as h (name, until, background_until, why)
    values (:name, now() + make_interval(secs => :seconds), now() + make_interval(secs => :background_seconds), :why)
    on conflict (name) do update
    set until = greatest(h.until, excluded.until),
        background_until = greatest(h.background_until, excluded.background_until), why = excluded.why
    """,
)
def set_halt(name: str, seconds: float, background_seconds: float, why: str) -> None:
    """Pause a declaration from now on by the database's clock, and longer what nobody waits for."""


@command(
    """
    insert into core.fresh_halts as h (name, until, background_until, why, fruitless)
    values (:name, now() + make_interval(secs => :seconds), now() + make_interval(secs => :seconds), :why, 1)
    on conflict (name) do update
    set until = greatest(h.until, now() + make_interval(secs =>
            greatest(:seconds, least(:seconds * power(2, least(h.fruitless, 20)), :longest)))),
        background_until = greatest(h.background_until, excluded.background_until), why = excluded.why,
        fruitless = h.fruitless + 1
    """,
)
def halt_longer(name: str, seconds: float, longest: float, why: str) -> None:
    """Pause a declaration whose game API does not answer: as asked, doubled with each such pause up to `longest`."""


@command("update core.fresh_halts set fruitless = 0 where name = :name and fruitless > 0")
def note_fruit(name: str) -> None:
    """Note that the game API answers again."""


@command("delete from core.fresh_halts where name = :name")
def end_halt(name: str) -> None: ...
