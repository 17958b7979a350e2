"""The circuit breaker: a game API that keeps failing is left alone, then asked once, then trusted again."""

import random
import time


class Breaker:
    """Opens after `threshold` failures in a row, for `first` seconds, doubled up to `longest` while it fails.

    While it is open no call is made; when the time is up one call is let through (half-open), and its
    outcome closes the breaker or opens it again. State is per process: each finds out for itself.
    """

    def __init__(self, threshold: int = 5, first: float = 5.0, longest: float = 60.0) -> None:
        self._threshold = threshold
        self._first = first
        self._longest = longest
        self._failures = 0
        self._wait = first
        self._open_until = 0.0
        self._probing = False

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`."""
        if self._failures < self._threshold:
            return "closed"
        return "open" if time.monotonic() < self._open_until else "half-open"

    def wait(self) -> float:
        """Seconds until a call may be made; 0 lets this one through."""
        if self._failures < self._threshold:
            return 0.0
        left = self._open_until - time.monotonic()
        if left > 0:
            return left
        if self._probing:
            return 1.0
        self._probing = True
        return 0.0

    def succeeded(self) -> None:
        """The API answered, if only with a 404 or a 429: it is there."""
        self._failures = 0
        self._wait = self._first
        self._probing = False

    def failed(self) -> None:
        """The API could not be reached or failed."""
        self._failures += 1
        self._probing = False
        now = time.monotonic()
        if self._failures >= self._threshold and now >= self._open_until:  # calls under way when it opened do not count
            self._open_until = now + self._wait * random.uniform(0.8, 1.2)  # noqa: S311 (jitter)
            self._wait = min(self._wait * 2, self._longest)

    def abandoned(self) -> None:
        """The call ended without telling anything: its caller left, or the budget refused it."""
        self._probing = False
