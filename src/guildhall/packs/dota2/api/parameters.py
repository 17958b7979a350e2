"""Parameters that several entrances take."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.clock import Clock
from guildhall.core.cache.cache import Load
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.packs.dota2.errors import BadAccountId, PlayerNotFound
from guildhall.packs.dota2.rules.accounts import AccountId, parse_account_id

AccountText = Annotated[
    str,
    PathParameter(
        description="Steam account id (32 bits), or the 64-bit Steam id",
        examples=[
            Example(summary="An account id", value="86745912"),
            Example(summary="The same as a Steam id", value="76561198047011640"),
        ],
        max_length=40,
    ),
]
After = Annotated[
    str | None,
    QueryParameter(name="after", description="The `next` of the page before", max_length=600, required=False),
]
Limit = Annotated[
    int,
    QueryParameter(name="limit", ge=1, le=100, description="Items on a page", examples=[Example(value=20)]),
]

# What stands in a cursor fits the column that it is compared with, so that a forged one is refused as such.
Small = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Large = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


def account(text: str) -> AccountId:
    """The account id that a path says. Raises BadAccountId."""
    try:
        return parse_account_id(text)
    except ValueError as error:
        raise BadAccountId(text=text[:40], why=str(error)) from error


def part(value: object) -> object:
    """A parameter as a part of a cache key: what was not given is empty, and 0 is not."""
    return "" if value is None else value


def or_not_found(load: Callable[[], Awaitable[Fetched]], clock: Clock) -> Load:
    """A loader whose 'no such player' is an answer too, remembered for a short while."""

    async def loaded() -> Fetched:
        try:
            return await load()
        except PlayerNotFound:
            return Fetched(b"null", clock.now(), status=404)

    return loaded


def known(answer: Answer, account_id: AccountId) -> Answer:
    """The answer, unless it says that there is no such player. Raises PlayerNotFound."""
    if answer.entry.status == 404:
        raise PlayerNotFound(account_id=account_id)
    return answer
