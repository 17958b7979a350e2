"""What does it cost to seal a token for its row, and to open it again?"""

import base64
import hashlib
import os
import statistics
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from bench.compare import Result, alternate, told, within
from bench.context import BenchError, Context
from guildhall.core.vault.schemas import SealedColumn
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Vault

CALLS = 20_000
PEER_CALLS = 10
TOKEN = "eyJ" + "a" * 2_000
"""As long as an EVE access token with a dozen scopes."""
_KEY = "a key of the benchmark"
_COLUMN = SealedColumn("eve.characters", "refresh_token")


class Naive:
    """The same form by the shortest code: the key is derived anew for each call."""

    @staticmethod
    def _cipher() -> AESGCM:
        return AESGCM(hashlib.scrypt(_KEY.encode(), salt=b"guildhall.vault", n=2**15, r=8, p=1, maxmem=2**26, dklen=32))

    def seal(self, row: str, text: str) -> str:
        """base64(IV):base64(AuthTag):base64(EncryptedData)."""
        iv = os.urandom(16)
        sealed = self._cipher().encrypt(iv, text.encode(), _COLUMN.place(row))
        return ":".join(base64.b64encode(part).decode() for part in (iv, sealed[-16:], sealed[:-16]))

    def open(self, row: str, sealed: str) -> str:
        """The text."""
        iv, tag, data = (base64.b64decode(part) for part in sealed.split(":"))
        return self._cipher().decrypt(iv, data + tag, _COLUMN.place(row)).decode()


def run(context: Context) -> list[Result]:
    """Both sides by turns, in microseconds a call, after the first call of ours, which derives the key."""
    settings = VaultSettings(encryption_key=SecretStr(_KEY), encryption_old_keys=[], vault_rotate_batch=500)
    vault, naive = Vault(settings), Naive()
    began = time.perf_counter()
    sealed = vault.seal(_COLUMN, "1", TOKEN)
    first = (time.perf_counter() - began) * 1e3
    if naive.open("1", sealed) != TOKEN or vault.open(_COLUMN, "1", naive.seal("1", TOKEN)).reveal() != TOKEN:
        raise BenchError("the two sides do not open each other's seals")
    calls = context.scaled(CALLS)
    sealing = alternate(
        context.rounds,
        lambda: _each(lambda: vault.seal(_COLUMN, "1", TOKEN), calls),
        lambda: _each(lambda: naive.seal("1", TOKEN), PEER_CALLS),
    )
    opening = alternate(
        context.rounds,
        lambda: _each(lambda: vault.open(_COLUMN, "1", sealed), calls),
        lambda: _each(lambda: naive.open("1", sealed), PEER_CALLS),
    )
    results = [
        within(f"{what} a token of 2 kB, against a key derived for each call", ours, 50.0, "µs", peer)
        for what, (ours, peer) in (("sealing", map(_median, sealing)), ("opening", map(_median, opening)))
    ]
    return [*results, told("the first seal of a process, which derives the key", first, "ms")]


def _each(call: Callable[[], object], count: int) -> float:
    """Microseconds a call."""
    began = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - began) / count * 1e6


def _median(rounds: list[float]) -> float:
    return statistics.median(rounds)
