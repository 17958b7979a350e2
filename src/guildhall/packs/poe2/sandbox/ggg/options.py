"""The choices of a stand-in: its world, its application, its lifetimes and its limits."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

DAY = 86_400
SCOPES = frozenset(
    {
        "account:profile", "account:leagues", "account:characters", "account:league_accounts", "account:item_filter",
        "account:stashes", "oauth:revoke", "oauth:introspect",
    }
)  # fmt: skip


class SandboxPolicy(Struct, frozen=True):
    """A policy of limits: for each rule its windows, each hits, seconds, and seconds of penalty."""

    rules: Mapping[str, tuple[tuple[int, int, int], ...]]


LIST = "character-list-request-limit-poe2"
SHEET = "character-request-limit-poe2"
ACCOUNT = "account-request-limit"
_CLIENT = ((45, 10, 60), (120, 60, 120), (360, 300, 600))
POLICIES = {
    LIST: SandboxPolicy({"Client": _CLIENT, "Account": ((2, 10, 60), (5, 300, 300))}),
    SHEET: SandboxPolicy({"Client": _CLIENT, "Account": ((5, 10, 60), (30, 300, 300))}),
    ACCOUNT: SandboxPolicy({"Client": _CLIENT, "Account": ((5, 10, 60), (20, 120, 120))}),
}
"""Limits like those that the API has told. They are the API's to change at any time."""


class GggOptions(Struct, frozen=True):
    """The choices of a stand-in. Lifetimes in seconds; `epoch` is the world's first moment, or the real time.

    `weeks` is the age of the oldest characters at the beginning of the world.
    """

    seed: int = 20
    accounts: int = 4
    weeks: int = 8
    epoch: datetime | None = None
    client_id: str = "guildhall"
    client_secret: str | None = "secret-of-the-sandbox"  # noqa: S105 (a stand-in's)
    code_seconds: float = 30
    access_seconds: float = 28 * DAY
    refresh_seconds: float = 90 * DAY
    policies: Mapping[str, SandboxPolicy] = field(default_factory=lambda: POLICIES)
