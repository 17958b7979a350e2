"""The signature of access tokens: JWT with HS256 and nothing else, as RFC 7515 and 7519 say."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec
from msgspec import Struct

_HEADER = {"typ": "at+jwt", "alg": "HS256"}
"""The header of every token of ours; one that says anything else is refused."""
_decoder = msgspec.json.Decoder(dict[str, Any])


class Signer(Struct, frozen=True):
    """Signs claims with a key of 32 bytes, and reads those back that it signed."""

    key: bytes

    def sign(self, claims: dict[str, Any]) -> str:
        """The token that says these claims."""
        signed = _part(_HEADER) + b"." + _part(claims)
        return (signed + b"." + self._signature(signed)).decode()

    def claims(self, text: str) -> dict[str, Any]:
        """Return the claims of a token. Raises ValueError for one that is not an access token signed with this key."""
        signed, _, signature = text.encode().rpartition(b".")
        if not hmac.compare_digest(signature, self._signature(signed)):
            raise ValueError("The token is not signed with our key.")
        header, _, payload = signed.partition(b".")
        if _said(header) != _HEADER:
            raise ValueError("The token is of another type.")
        return _said(payload)

    def _signature(self, signed: bytes) -> bytes:
        return _encoded(hmac.digest(self.key, signed, "sha256"))


def _part(said: dict[str, Any]) -> bytes:
    return _encoded(msgspec.json.encode(said))


def _said(part: bytes) -> dict[str, Any]:
    try:
        return _decoder.decode(urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except msgspec.DecodeError as error:
        raise ValueError("A part of the token is no JSON object.") from error


def _encoded(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
