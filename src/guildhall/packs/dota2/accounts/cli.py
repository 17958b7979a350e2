"""Account ids as arguments of commands."""

from typing import Annotated

import typer

from guildhall.packs.dota2.accounts.rules import AccountId, parse_account_id

Ids = Annotated[list[str], typer.Argument(help="Steam account ids of either length.", metavar="ACCOUNT_ID…")]
"""The account ids that a command takes."""


def accounts_of(texts: list[str]) -> list[AccountId]:
    """Read account ids, each once. Raises BadParameter."""
    try:
        return list(dict.fromkeys(parse_account_id(text) for text in texts))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
