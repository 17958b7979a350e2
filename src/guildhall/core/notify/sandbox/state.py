"""The state of the sandbox: devices and what they show, webhooks' messages, counts, faults."""

import base64
from collections import Counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec import Struct

MODES = ("unregistered", "invalid_token", "sender_mismatch", "quota", "unavailable", "unauthenticated", "slow")


class Fault(Struct):
    """A fault of FCM's or the webhooks': for the next `count` messages, or until it is lifted.

    `token` is the device or webhook it is for; None is for all. `seconds` is how slow, or when to come again.
    """

    mode: str
    count: int | None = None
    token: str | None = None
    seconds: float = 1.0


class Shown(Struct):
    """A notification as a device shows it. `arrivals` counts the messages that came under its tag."""

    tag: str
    title: str
    body: str
    data: dict[str, str]
    arrivals: int = 1


class State:
    """One sandbox."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.project = "guildhall-sandbox"
        self.tokens: dict[str, float] = {}
        """Access tokens, with their end in seconds since the epoch."""
        self.devices: dict[str, dict[str, Shown]] = {}
        """By registration token, by tag."""
        self.hooks: dict[str, list[dict[str, Any]]] = {}
        """Webhooks' messages, by the webhook's name."""
        self.counts: Counter[str] = Counter()
        self.faults: list[Fault] = []

    def private_key(self) -> str:
        """The service account's key as PEM."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def show(self, token: str, tag: str, title: str, body: str, data: dict[str, str]) -> int:
        """A device shows a notification, or shows it anew under the tag that it has already; the arrivals."""
        shown = self.devices.setdefault(token, {})
        known = shown.get(tag)
        arrivals = 1 if known is None else known.arrivals + 1
        shown[tag] = Shown(tag, title, body, data, arrivals)
        return arrivals

    def fault_for(self, token: str, *modes: str) -> Fault | None:
        """The first fault of these modes that this message falls under; one less is left of it."""
        for fault in self.faults:
            if fault.mode in modes and fault.token in (None, token) and fault.count != 0:
                if fault.count is not None:
                    fault.count -= 1
                return fault
        return None


def random_name(data: bytes) -> str:
    """Bytes as a name in an address."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
