"""Parameters that several entrances take."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar.params import PathParameter, QueryParameter

from guildhall.clock import Clock
from guildhall.core.cache.cache import Load
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.packs.dota2.errors import BadAccountId, PlayerNotFound
from guildhall.packs.dota2.rules.accounts import AccountId, parse_account_id

AccountText = Annotated[
    str,
    PathParameter(description="Steam account id (32 bits), or the 64-bit Steam id", examples=[], max_length=40),
]
After = Annotated[
    str | None,
    QueryParameter(name="after", description="The `next` of the page before", max_length=600, required=False),
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=100, description="Items on a page")]


def account(text: str) -> AccountId:
    """The account id that a path says. Raises BadAccountId."""
    try:
        return parse_account_id(text)
    except ValueError as error:
        raise BadAccountId(f"'{text[:40]}' is not a Steam account id: {error}.") from error


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
        raise PlayerNotFound(account_id)
    return answer
