"""The failures that reach a person: each with an HTTP status and a stable code."""

from typing import ClassVar


class GuildhallError(Exception):
    """A failure that the client is told about as problem+json (RFC 9457).

    Subclasses set `status` and `code`; `str(error)` is the detail that the client reads.
    `retry_after` is in seconds and becomes the Retry-After header.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"
    retry_after: int | None = None
    inner: str = ""
    """Addresses, a driver's words and the like: for the log and the terminal, never for a client."""

    @property
    def whole(self) -> str:
        """The detail with what only the log and the terminal may say."""
        return f"{self} ({self.inner})" if self.inner else str(self)


class BadRequest(GuildhallError):
    """The request cannot be understood."""

    status = 400
    code = "bad_request"
    title = "Bad request"


class NotFound(GuildhallError):
    """There is no such thing, or the viewer may not know of it."""

    status = 404
    code = "not_found"
    title = "Not found"


class Conflict(GuildhallError):
    """The state of the thing does not allow this now."""

    status = 409
    code = "conflict"
    title = "Conflict"


class PreconditionFailed(GuildhallError):
    """The request names the version that it is for, and no answer here has a version that it could be held to."""

    status = 412
    code = "precondition_failed"
    title = "Precondition failed"


class TooLarge(GuildhallError):
    """The request's body is larger than the configured limit."""

    status = 413
    code = "too_large"
    title = "Request body too large"


class TooManyRequests(GuildhallError):
    """The client has used up what it may ask for now."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(GuildhallError):
    """Something that the answer needs is down and nothing older can stand in for it."""

    status = 503
    code = "unavailable"
    title = "Service unavailable"

    def __init__(self, detail: str, retry_after: int = 5, inner: str = "") -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.inner = inner


class DatabaseUnavailable(Unavailable):
    """PostgreSQL does not answer, or the pool is exhausted."""

    code = "database_unavailable"
    title = "Database unavailable"


class TimedOut(Unavailable):
    """The answer took longer than a request may."""

    code = "timed_out"
    title = "The answer took too long"


class OutOfRange(GuildhallError):
    """The database cannot hold a value of the request: a number, a time or a character out of its range."""

    status = 400
    code = "value_out_of_range"
    title = "Value out of range"

    def __init__(self) -> None:
        super().__init__("A number, a time or a character is out of the range that can be stored.")


class Misconfigured(Exception):
    """Something outside the program must be mended before it can run; shown as one line, exit status 2."""
