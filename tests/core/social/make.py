"""People with profiles, and kinds of activities of the tests' own."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct

from guildhall.core.social.activities.actions import record_activity
from guildhall.core.social.activities.declaration import Activities, Activity
from guildhall.db.policies import Viewer
from guildhall.ids import UserId
from guildhall.testing.people import Person
from guildhall.testing.product import Product

API = "/api/v1"


class Line(Struct, frozen=True):
    """What a feed shows of a thing of the tests'."""

    title: str


class Other(Struct, frozen=True):
    """Data of another kind."""

    number: int


MADE: Activity[Line] = Activity("test.thing_made", Line)
CHANGED: Activity[Other] = Activity("test.thing_changed", Other)


def declare(product: Product) -> None:
    """Turn the tests' kinds of activities on in a running web process, as a pack would."""
    activities = product.runtime.provided[Activities]
    assert isinstance(activities, Activities)
    product.runtime.provided[Activities] = Activities((*activities.names, MADE.name, CHANGED.name))


async def make_person(product: Product, handle: str, **columns: Any) -> Person:
    """Sign somebody in who has a profile."""
    person = await product.sign_in(**{"name": handle.capitalize(), **columns})
    made = await person.put(f"{API}/me/profile", json={"handle": handle})
    assert made.status == 200, made
    return person


async def make_people(product: Product, handles: Sequence[str]) -> list[Person]:
    """Sign people in who have profiles."""
    return [await make_person(product, handle) for handle in handles]


async def make_crowd(product: Product, count: int, prefix: str = "crowd") -> list[UserId]:
    """Add people with profiles, without sessions."""
    await product.execute(
        "insert into core.users (id, name) select gen_random_uuid(), $2 || i from generate_series(1, $1) i",
        count, prefix,
    )  # fmt: skip
    await product.execute(
        """
        insert into core.profiles (user_id, handle, display_name)
        select id, name, name from core.users where name ~ ('^' || $1 || '[0-9]+$')
        """,
        prefix,
    )
    found = await product.rows(
        "select user_id from core.profiles where handle ~ ('^' || $1 || '[0-9]+$') order by user_id", prefix
    )
    return [UserId(row["user_id"]) for row in found]


async def follow(person: Person, other: Person | UserId) -> None:
    """Follow somebody."""
    done = await person.put(f"{API}/me/following/{getattr(other, 'id', other)}")
    assert done.status == 204, done


async def act(
    product: Product, actor: UserId, title: str, *, item: UUID | None = None, about: UserId | None = None, **more: Any
) -> UUID:
    """Record that somebody made a thing; return its id."""
    item = item or uuid4()
    async with product.runtime.db.write(Viewer(actor)) as tx:
        await record_activity(tx, MADE, item, Line(title), about=about, **more)
    await asyncio.sleep(0.002)  # ids of one millisecond have no order
    return item


async def titles(person: Person, path: str = f"{API}/me/feed?limit=3") -> list[str]:
    """The titles of a feed, page by page."""
    return [one["data"]["title"] for one in await person.items(path)]
