"""Errors that reach a person: each has an HTTP status, a stable code and its texts."""

import inspect
import re
import warnings
from string import Formatter
from typing import Any, ClassVar, dataclass_transform

_FREE = frozenset({"detail", "retry_after", "inner"})
"""The fields that every error has besides its facts."""


@dataclass_transform(kw_only_default=True, eq_default=False)
class _Explained(Exception):
    """Makes an error's code and title from its class, and its detail from the facts that it is raised with."""

    code: ClassVar[str]
    says: ClassVar[str]
    title: ClassVar[str]
    fields: ClassVar[frozenset[str]] = frozenset()
    required: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        annotated = {
            name
            for name, kind in inspect.get_annotations(cls).items()
            if getattr(kind, "__origin__", None) is not ClassVar
        }
        if taken := sorted(name for name in annotated - cls.fields if hasattr(super(cls, cls), name)):
            raise TypeError(f"{cls.__name__} has a fact called {', '.join(taken)}, which every error has: name it anew")
        cls.fields = cls.fields | annotated
        cls.required = (cls.required | annotated) - cls.__dict__.keys()
        if "says" in cls.__dict__:
            cls.code = cls.__dict__.get("code") or code_of(cls)
            cls.title = _title_of(cls)
        elif "code" in cls.__dict__:
            raise TypeError(f"{cls.__name__} has a code of its own and says nothing")

    def __init__(self, **facts: Any) -> None:
        super().__init__(facts.get("detail") or self._detail(facts))
        vars(self).update(facts, detail=str(self))

    def _detail(self, facts: dict[str, Any]) -> str:
        missing, unknown = self.required - facts.keys(), facts.keys() - self.fields
        if missing or unknown:
            words = f"{type(self).__name__} lacks {sorted(missing)} and has no {sorted(unknown)}"
            warnings.warn(words, RuntimeWarning, stacklevel=3)
            return f"{self.title}."
        return self.says.format(**{name: facts.get(name, getattr(self, name, None)) for name in self.fields})


def code_of(kind: type) -> str:
    """The slice and the class's name: `realm.guild_full` for GuildFull in guildhall.packs.realm."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    top, *below = kind.__module__.split(".")
    if top != "guildhall":
        return f"{top.removeprefix('guildhall_')}.{name}"
    return f"{below[1]}.{name}" if below[0] in ("core", "packs") else name


def _title_of(kind: type[_Explained]) -> str:
    """The beginning of what an error says. Raises TypeError when that does not name exactly the class's facts."""
    title = re.split(r"[:;.] |\.$|(?<=\?) ", kind.says, maxsplit=1)[0]
    named = {name for _, name, _, _ in Formatter().parse(kind.says) if name is not None}
    if "{" in title or named - kind.fields or kind.fields - _FREE - named:
        raise TypeError(f"{kind.__name__} says {sorted(named)}; its fields are {sorted(kind.fields)}")
    return title


class GuildhallError(_Explained):
    """A failure that the client is told about as problem+json (RFC 9457).

    A subclass has the status of its base. `says` is the detail, and its beginning is the title: as far as the first
    colon, semicolon or full stop. The code is the slice and the class's name. A fact that `says` names in braces is an
    annotated field, and a keyword when the error is raised:

        class TreasuryTooLow(Conflict):
            says = "Not enough in the treasury: there are {balance} copper in it."
            balance: int

        raise TreasuryTooLow(balance=7)

    `detail=` replaces the detail by a more exact one. A class without `says` has the code and texts of its base. The
    facts that `shown` names are members of the problem, for programs; the others stand in the detail alone.
    """

    status: ClassVar[int] = 500
    shown: ClassVar[tuple[str, ...]] = ()
    code = "internal"
    says = "Internal error: this is a bug; the request id finds it in the log."
    detail: str = ""
    retry_after: int | None = None
    """Seconds, for the Retry-After header."""
    inner: str = ""
    """Addresses, a driver's words and the like: for the log and the terminal, never for a client."""

    @property
    def whole(self) -> str:
        """The detail with what only the log and the terminal may say."""
        return f"{self} ({self.inner})" if self.inner else str(self)


class BadRequest(GuildhallError):
    status = 400
    says = "Bad request: the request cannot be understood."


class AuthenticationRequired(GuildhallError):
    """The sign-in is missing, or is not the one that is asked for."""

    status = 401


class PermissionDenied(GuildhallError):
    status = 403
    code = "forbidden"
    says = "Permission denied: you do not have the permission for this."


class NotFound(GuildhallError):
    status = 404
    says = "Not found: there is no such thing, or you may not know of it."


class MethodNotAllowed(GuildhallError):
    status = 405
    says = "Method not allowed: this address does not take {method}."
    method: str


class Conflict(GuildhallError):
    """The state of the thing does not allow this now."""

    status = 409


class Gone(GuildhallError):
    """The thing that was here is gone, and does not come back."""

    status = 410


class PreconditionFailed(GuildhallError):
    status = 412
    says = "Precondition failed: If-Match compares strong validators, and all validators here are weak."


class TooLarge(GuildhallError):
    status = 413
    says = "Request body too large: it may have {limit} bytes."
    limit: int


class UnsupportedMediaType(GuildhallError):
    """The address does not take a body of this type."""

    status = 415


class RangeNotSatisfiable(GuildhallError):
    status = 416
    says = "Range not satisfiable: there are {size} bytes."
    size: int


class Unprocessable(GuildhallError):
    """The request is understood, and refused for what it says."""

    status = 422


class TooManyRequests(GuildhallError):
    status = 429
    code = "rate_limited"
    says = "Too many requests: this address has used its limit; wait {retry_after} seconds."
    retry_after: int


class Unavailable(GuildhallError):
    """A service that the answer needs is down, and no older answer can stand in for it."""

    status = 503
    says = "Service unavailable: something that the answer needs is down."
    retry_after: int = 5


class DatabaseUnavailable(Unavailable):
    says = "Database unavailable: it does not answer."


class TimedOut(Unavailable):
    says = "The answer took too long."


class OutOfRange(BadRequest):
    code = "value_out_of_range"
    says = "Value out of range: a number, a time or a character is out of the range that can be stored."


class Misconfigured(Exception):
    """A configuration or an environment that must be mended before the program can run; one line, exit status 2."""


class Miswired(Misconfigured):
    """A part of a slice that cannot be put together with the rest: a defect of its code, not of the settings."""
