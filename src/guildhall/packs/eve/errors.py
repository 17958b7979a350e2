"""How asking EVE can fail, and what people are told of it."""

from guildhall.core.upstream.errors import UpstreamDown, UpstreamLimited
from guildhall.errors import BadRequest, Conflict, NotFound, Unavailable


class CharacterNotFound(NotFound):
    """The viewer has no such character."""

    code = "eve.character_not_found"
    title = "Character not found"

    def __init__(self, detail: str = "You have no such character.") -> None:
        super().__init__(detail)


class AccessEnded(Conflict):
    """The character's token is gone: its owner must sign in with it again."""

    code = "eve.access_ended"
    title = "Access to the character has ended"


class RefreshDelayed(Unavailable):
    """The single sign-on does not give a new token just now; the old refresh token is kept."""

    code = "eve.refresh_delayed"
    title = "The token cannot be refreshed just now"


class EsiHalted(UpstreamLimited):
    """ESI is not to be asked this before a time: a limit is near or used up, a route is down, or it is downtime."""

    code = "eve.esi_halted"
    title = "ESI is left alone for now"


class EsiAway(UpstreamDown):
    """ESI says by 502, 503 or 504 that there is no game server behind it."""


class AskedEarly(Unavailable):
    """The answer that we have has not expired, and asking before that is forbidden. A fault of ours."""

    code = "eve.asked_early"
    title = "The present answer still holds"


class TokenRefused(Exception):
    """ESI answered 401: the access token is not good. The refresh token may be."""


class EsiForbade(Exception):
    """ESI answered 403: a scope, a role or docking rights are missing, or the SSO has trouble. No token is dropped."""


class MixedPages(Unavailable):
    """The pages of a list changed while they were read, twice."""

    code = "eve.mixed_pages"
    title = "The list changed while it was read"


class BadCharacterId(BadRequest):
    """What the path says is no character id."""

    code = "eve.bad_character_id"
    title = "Bad character id"


class BadId(BadRequest):
    """What the path says is no id of the game."""

    code = "eve.bad_id"
    title = "Bad id"


class MailNotFound(NotFound):
    """The character has no such mail, as far as is known here."""

    code = "eve.mail_not_found"
    title = "Mail not found"

    def __init__(self, mail_id: int) -> None:
        super().__init__(f"The character has no mail {mail_id} that is known here.")


class TypeNotFound(NotFound):
    """The game has no such type."""

    code = "eve.type_not_found"
    title = "Type not found"

    def __init__(self, type_id: int) -> None:
        super().__init__(f"The game has no type {type_id}.")


class RegionNotFound(NotFound):
    """The game has no such region or type on its market."""

    code = "eve.market_not_found"
    title = "Market not found"

    def __init__(self, region: int) -> None:
        super().__init__(f"The game has no such market in region {region}.")
