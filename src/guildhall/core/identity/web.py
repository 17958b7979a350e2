"""The objects of identity that web processes hold."""

from guildhall.core.identity.accounts import api as accounts
from guildhall.core.identity.api_tokens import api as api_tokens
from guildhall.core.identity.emails import api as emails
from guildhall.core.identity.passkeys import api as passkeys
from guildhall.core.identity.passwords import api as passwords
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.second_factors import api as second_factors
from guildhall.core.identity.security_events import api as security_events
from guildhall.core.identity.security_events.origin import caller
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions import api as sessions
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.identity.sign_in.actions.flows import Flows
from guildhall.core.identity.sign_in.api import identities, sign_in
from guildhall.core.identity.subscriptions import api as subscriptions
from guildhall.pack import WebPart

WEB = WebPart(
    provides=(Revocations, Cookies, Authenticator, Flows),
    of_request={Caller: lambda request, provided: caller(request, provided[KeyedHash])},
    routes=(
        *sessions.routes,
        *security_events.routes,
        *sign_in.routes,
        *identities.routes,
        *api_tokens.routes,
        *passwords.routes,
        *emails.routes,
        *second_factors.routes,
        *passkeys.routes,
        *accounts.routes,
        *subscriptions.routes,
    ),
)
