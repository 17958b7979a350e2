"""Why a text is refused."""

from guildhall.errors import GuildhallError


class ContentRefused(GuildhallError):
    """The text cannot be said here."""

    status = 422
    code = "realm.content_refused"
    title = "Text refused"
