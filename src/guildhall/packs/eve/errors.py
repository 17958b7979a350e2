"""Errors of the eve pack."""

from guildhall.core.upstream.errors import UpstreamDown, UpstreamLimited
from guildhall.errors import BadRequest, Conflict, NotFound, Unavailable


class CharacterNotFound(NotFound):
    says = "Character not found: you have no such character."


class AccessEnded(Conflict):
    """The character's token is gone: its owner must sign in with it again."""

    says = "Access to the character has ended; sign in with it again."


class RefreshDelayed(Unavailable):
    """The single sign-on does not give a new token now; the old refresh token is kept."""

    says = "The token cannot be refreshed just now: EVE gives no new one; the old one is kept."


class EsiHalted(UpstreamLimited):
    """A limit is near or used up, a route is down, or it is downtime."""

    says = "ESI is left alone for now."


class EsiAway(UpstreamDown):
    """ESI says by 502, 503 or 504 that there is no game server behind it."""


class AskedEarly(Unavailable):
    """Asking before the present answer expires is forbidden. A fault of ours."""

    says = "The present answer still holds: the answer of {route} has not expired."
    route: str


class TokenRefused(Exception):
    """ESI answered 401: the access token is not good. The refresh token may be."""


class EsiForbade(Exception):
    """ESI answered 403: a scope, a role or docking rights are missing, or the SSO has trouble. No token is dropped."""


class MixedPages(Unavailable):
    """The pages changed twice."""

    says = "The list changed while it was read."


class BadCharacterId(BadRequest):
    says = "Bad character id: '{text}' is not a character id."
    text: str


class BadId(BadRequest):
    says = "Bad id: '{text}' is not an id of the game."
    text: str


class MailNotFound(NotFound):
    says = "Mail not found: the character has no mail {mail_id} that is known here."
    mail_id: int


class TypeNotFound(NotFound):
    says = "Type not found: the game has no type {type_id}."
    type_id: int


class RegionNotFound(NotFound):
    code = "eve.market_not_found"
    says = "Market not found: the game has no such market in region {region}."
    region: int
