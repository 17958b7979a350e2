"""Errors of profiles."""

from guildhall.errors import Conflict, NotFound, Unprocessable


class ProfileNotFound(NotFound):
    says = "Profile not found: nobody has this handle or id, or their account is suspended."


class NoProfile(Conflict):
    says = "No profile yet: choose a handle first, with PUT /api/v1/me/profile."


class HandleRefused(Unprocessable):
    says = (
        "Handle refused: a handle has 3 to 30 letters a to z and digits, at least one letter, and single '-' or '_' "
        "between them."
    )


class HandleReserved(Unprocessable):
    says = "Handle reserved: nobody gets this handle, or one that looks like it."


class HandleTaken(Conflict):
    says = "Handle taken: somebody has this handle or one that looks like it, or gave it up lately."


class HandleChangedLately(Conflict):
    says = "Changed lately: you may change your handle again from {until} on."
    until: str


class AppSettingsRefused(Unprocessable):
    says = "Settings refused: they are a JSON object of at most {most} kilobytes, without the character U+0000."
    most: int
