"""The SSO's signing keys and the tokens they sign."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import Any, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

Algorithm = Literal["RS256", "ES256"]
_HASH = hashes.SHA256()
_COORDINATE = 32

encode = msgspec.json.Encoder().encode


class SigningKey:
    """A private key with its id and public form; the id is made of the key, so no two keys share one."""

    def __init__(self, algorithm: Algorithm) -> None:
        self.algorithm = algorithm
        self._rsa: rsa.RSAPrivateKey | None = None
        self._ec: ec.EllipticCurvePrivateKey | None = None
        if algorithm == "RS256":
            self._rsa = rsa.generate_private_key(65537, 2048)
            numbers = self._rsa.public_key().public_numbers()
            public = {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
        else:
            self._ec = ec.generate_private_key(ec.SECP256R1())
            point = self._ec.public_key().public_numbers()
            x, y = (to_text(value.to_bytes(_COORDINATE, "big")) for value in (point.x, point.y))
            public = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
        self.id = f"JWT-Signature-Key-{sha256(encode(public)).hexdigest()[:8]}"
        self.public: dict[str, str] = {"alg": algorithm, "kid": self.id, "use": "sig", **public}
        self._head = encode({"alg": algorithm, "kid": self.id, "typ": "JWT"})

    def sign(self, claims: dict[str, Any], head: dict[str, Any] | None = None) -> str:
        """A signed JWT; `head` replaces the usual one."""
        signed = f"{to_text(self._head if head is None else encode(head))}.{to_text(encode(claims))}"
        return f"{signed}.{to_text(self._signature(signed.encode()))}"

    def claims(self, token: str) -> dict[str, Any] | None:
        """The claims of a JWT that this key signed, None of any other."""
        signed, _, signature = token.rpartition(".")
        try:
            self._verify(signed.encode(), to_bytes(signature))
            found = msgspec.json.decode(to_bytes(signed.partition(".")[2]))
        except (InvalidSignature, ValueError, msgspec.DecodeError):
            return None
        return found if isinstance(found, dict) else None

    def _signature(self, data: bytes) -> bytes:
        if self._rsa is not None:
            return self._rsa.sign(data, padding.PKCS1v15(), _HASH)
        assert self._ec is not None
        r, s = utils.decode_dss_signature(self._ec.sign(data, ec.ECDSA(_HASH)))
        return r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")

    def _verify(self, data: bytes, signature: bytes) -> None:
        if self._rsa is not None:
            self._rsa.public_key().verify(signature, data, padding.PKCS1v15(), _HASH)
            return
        assert self._ec is not None
        if len(signature) != 2 * _COORDINATE:
            raise InvalidSignature
        r, s = (int.from_bytes(part, "big") for part in (signature[:_COORDINATE], signature[_COORDINATE:]))
        self._ec.public_key().verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(_HASH))


@cache
def signing_key(algorithm: Algorithm, number: int) -> SigningKey:
    """The process's key of a number: making one takes a tenth of a second, so sandboxes share them.

    Number -1 is the key of a stranger, which no sandbox ever publishes.
    """
    return SigningKey(algorithm)


class KeyRing:
    """The keys that are published; the newest signs."""

    def __init__(self, algorithm: Algorithm) -> None:
        self.algorithm = algorithm
        self._number = 0
        self._published = [0]

    @property
    def current(self) -> SigningKey:
        """The key that signs."""
        return signing_key(self.algorithm, self._number)

    @property
    def published(self) -> list[SigningKey]:
        """The keys whose signatures are good."""
        return [signing_key(self.algorithm, number) for number in self._published]

    def rotate(self, keep: bool) -> None:
        """Sign with a new key; the former ones stay published only if told so."""
        self._number += 1
        self._published = [self._number, *(self._published if keep else ())]

    def claims(self, token: str) -> dict[str, Any] | None:
        """The claims of a JWT that a published key signed."""
        head = token.partition(".")[0]
        try:
            named = msgspec.json.decode(to_bytes(head))
        except (ValueError, msgspec.DecodeError):
            return None
        if not isinstance(named, dict) or named.get("alg") != self.algorithm:
            return None
        for key in self.published:
            if key.id == named.get("kid"):
                return key.claims(token)
        return None


def to_text(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    """Base64url without padding, read; ValueError for other text."""
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _number(value: int) -> str:
    return to_text(value.to_bytes((value.bit_length() + 7) // 8, "big"))
