"""Errors of calls to ESI."""

from guildhall.core.upstream.errors import UpstreamDown, UpstreamLimited
from guildhall.errors import Unavailable


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
