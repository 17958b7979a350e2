"""The objects of identity that web processes hold."""

from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.actions.flows import Flows
from guildhall.core.identity.api import (
    account,
    api_tokens,
    emails,
    export,
    identities,
    passkeys,
    passwords,
    second_factors,
    session_tokens,
    sessions,
    sign_in,
    stripe,
)
from guildhall.core.identity.cookies import Cookies
from guildhall.core.identity.principal import Authenticator, caller
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.tokens import KeyedHash
from guildhall.pack import WebPart

WEB = WebPart(
    provides=(Revocations, Cookies, Authenticator, Flows),
    of_request={Caller: lambda request, provided: caller(request, provided[KeyedHash])},
    routes=(
        *sessions.routes,
        *session_tokens.routes,
        *sign_in.routes,
        *identities.routes,
        *api_tokens.routes,
        *passwords.routes,
        *emails.routes,
        *second_factors.routes,
        *passkeys.routes,
        *account.routes,
        *export.routes,
        *stripe.routes,
    ),
)
