"""Errors of API tokens."""

from guildhall.core.identity.ids import ApiTokenId
from guildhall.errors import (
    Conflict,
    NotFound,
)


class ApiTokenNotFound(NotFound):
    says = "API token not found: you have no API token {token_id}."
    token_id: ApiTokenId


class TooManyApiTokens(Conflict):
    says = "Too many API tokens: an account may have {most}."
    most: int
