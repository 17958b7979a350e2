"""Account ids as parameters of paths."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter

from guildhall.packs.dota2.accounts.errors import BadAccountId
from guildhall.packs.dota2.accounts.rules import AccountId, parse_account_id

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


def account(text: str) -> AccountId:
    """The account id that a path says. Raises BadAccountId."""
    try:
        return parse_account_id(text)
    except ValueError as error:
        raise BadAccountId(text=text[:40], why=str(error)) from error
