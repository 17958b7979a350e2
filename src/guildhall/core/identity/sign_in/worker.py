"""The objects of sign-in at providers that workers hold."""

from guildhall.core.identity.sign_in.messages import IdentityUnlinked
from guildhall.pack import WorkerPart

WORKER = WorkerPart(messages=(IdentityUnlinked,))
