"""Errors of sign-in at providers and of linked identities."""

from guildhall.core.identity.ids import IdentityId
from guildhall.errors import (
    BadRequest,
    Conflict,
    NotFound,
    PermissionDenied,
)


class ProviderUnknown(NotFound):
    says = "No such sign-in: this server has no {kind}sign-in '{name}'."
    kind: str = ""
    name: str


class BadReturn(BadRequest):
    says = "Not a place to return to: the setting return_to names the places that a sign-in may lead to."


class BadState(BadRequest):
    says = "No such sign-in is under way: this state is unknown or too old; begin again."


class OtherBrowser(PermissionDenied):
    says = "Begun somewhere else: this sign-in was begun in another browser or app; begin again here."


class MixedUp(BadRequest):
    says = "The answer of another provider: this sign-in was begun at a different one."


class SignInDenied(PermissionDenied):
    code = "identity.denied"
    says = "The provider did not sign you in."


class LinkedElsewhere(Conflict):
    says = "Linked to another account: unlink this identity there first."


class IdentityNotFound(NotFound):
    says = "Identity not found: you have no identity {identity_id}."
    identity_id: IdentityId


class TooManyIdentities(Conflict):
    says = "Too many identities: an account may have {most}."
    most: int
