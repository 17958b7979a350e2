"""The parts of the core features that web processes hold."""

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
from guildhall.core.notify.api import notifications, preferences, webhooks
from guildhall.core.notify.center import NoticeCenter
from guildhall.core.notify.streams import NoticeStreams
from guildhall.core.realtime import api as realtime_api
from guildhall.core.realtime.measures import live_metrics
from guildhall.core.realtime.server import LiveServer
from guildhall.pack import WebPart

IDENTITY = WebPart(
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

REALTIME = WebPart(
    routes=(*realtime_api.routes,),
    provides=(LiveServer,),
    metrics=live_metrics,
)

NOTIFY = WebPart(
    provides=(NoticeStreams, NoticeCenter),
    routes=(*notifications.routes, *preferences.routes, *webhooks.routes),
)
