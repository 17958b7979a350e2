"""The requests of one person to one group of endpoints, as one process knows them."""

from math import ceil

NO_LIMIT = 2**62
"""The limit of who has none."""


class Allowance:
    """Requests of the present window that are known, and those that were let through since that was learnt.

    `known` are requests of all processes that the ledger has; `unsynced` are those of this process that it does not
    have yet. Times are those of a clock that never goes back. `user` is the id in bytes.
    """

    __slots__ = ("ends", "group", "known", "limit", "most_unsynced", "seconds", "unsynced", "user")

    def __init__(self, user: bytes, group: str, limit: int, percent: int, seconds: int, now: float) -> None:
        self.user = user
        self.group = group
        self.seconds = seconds
        self.known = 0
        self.unsynced = 0
        self.ends = now + seconds
        """The end of the window: as the ledger said, or before that as if it had begun here."""
        self.set_limit(limit, percent)

    def set_limit(self, limit: int, percent: int) -> None:
        """Set the limit, and the requests that may be let through before the ledger has to know of them."""
        self.limit = limit
        self.most_unsynced = max(1, limit * percent // 100)

    def take(self, *, alone: bool) -> bool | None:
        """Let a request through; false where the limit is used up, None where the ledger has to be told first.

        `alone`: the ledger does not answer, and this process limits by its own count.
        """
        if self.known + self.unsynced >= self.limit:
            return False
        if self.unsynced >= self.most_unsynced and not alone:
            return None
        self.unsynced += 1
        return True

    def roll(self, now: float, *, alone: bool) -> None:
        """Begin a new window by this process's own clock, if the present one is over.

        Requests that the ledger does not have yet go with the old window only where it does not answer (`alone`): told
        later they count in the new one.
        """
        if now >= self.ends:
            self.known = 0
            self.ends = now + self.seconds
            if alone:
                self.unsynced = 0

    def learn(self, told: int, made: int, seconds_left: float, now: float) -> None:
        """Take over what the ledger answered: it has `told` more requests of this process, and `made` of all.

        The window ends no earlier here than at the ledger, so that no process begins the next one ahead of it.
        """
        self.unsynced = max(0, self.unsynced - told)
        self.known = made
        self.ends = now + seconds_left

    def left(self) -> int:
        """Return the requests that are left in the window."""
        return max(0, self.limit - self.known - self.unsynced)

    def wait(self, now: float) -> int:
        """Return the seconds until the window ends, at least one."""
        return max(1, ceil(self.ends - now))
