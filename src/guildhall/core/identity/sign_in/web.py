"""The objects of sign-in at providers that web processes hold."""

from guildhall.core.identity.sign_in.actions.flows import Flows
from guildhall.core.identity.sign_in.api import identities, sign_in
from guildhall.pack import WebPart

WEB = WebPart(provides=(Flows,), routes=(*sign_in.routes, *identities.routes))
