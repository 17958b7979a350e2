"""Cached permissions to write to the live log."""


class AccessChanged(Exception):
    """A permission was revoked after the sender's was checked; it must be checked again. No client sees this."""


class CachedPermission:
    """A permission to write, which holds as of an access tick of core.live_head.

    One that is `followed` is made invalid by its cache when it is revoked; while it is valid it holds up to the newest
    revocation seen. Any other holds as of `known` alone.
    """

    __slots__ = ("followed", "known", "valid")

    def __init__(self, known: int, *, followed: bool = False) -> None:
        self.known = known
        self.followed = followed
        self.valid = True

    def good_as_of(self, heard: int) -> int:
        """Return the access tick up to which it is good, when every revocation up to `heard` was seen."""
        if not self.valid:
            return -1
        return max(self.known, heard) if self.followed else self.known
