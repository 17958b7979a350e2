"""The objects of principals that web processes hold."""

from guildhall.core.identity.principals.revocations import Revocations
from guildhall.pack import WebPart

WEB = WebPart(provides=(Revocations,))
