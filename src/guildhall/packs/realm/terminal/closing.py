"""The meaning of the codes that end a connection."""

_POLICY, _UNAUTHENTICATED, _SESSION_ENDED, _TOO_MANY = 1008, 4401, 4403, 4429
_FULL_SECONDS = 30.0


class Closed(Exception):
    """The connection was closed: for good, or to be tried again after `seconds`, or whenever the client sees fit."""

    def __init__(self, why: str, seconds: float | None = None, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.seconds = seconds
        self.for_good = for_good


def closed_by(code: int, reason: str, *, welcomed: bool, bye: float | None) -> Closed:
    """Interpret a close frame of the server. `bye` is the number of seconds after which it asked to reconnect."""
    if code in (_UNAUTHENTICATED, _SESSION_ENDED):
        return Closed(reason or "the token is not good", for_good=True)
    if code == _POLICY and not welcomed:
        return Closed(reason or "the server does not let this client in", for_good=True)
    if code == _TOO_MANY:
        return Closed(reason or "too many connections", _FULL_SECONDS)
    return Closed(reason or f"the server closed the line ({code})", bye)
