"""The signature of access tokens: JWT with HS256 and nothing else. A module of its own, for a worker never loads it."""

from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from msgspec import Struct

_ALGORITHM = "HS256"
_TYPE = "at+jwt"


class Signer(Struct, frozen=True):
    """Signs claims with a key, and reads those back that it signed."""

    key: OctKey

    @classmethod
    def of(cls, key: bytes) -> "Signer":
        """A signer with a key of 32 bytes."""
        return cls(OctKey.import_key(key))

    def sign(self, claims: dict[str, Any]) -> str:
        """The token that says these claims."""
        return jwt.encode({"alg": _ALGORITHM, "typ": _TYPE}, claims, self.key)

    def claims(self, text: str) -> dict[str, Any]:
        """Return the claims of a token. Raises ValueError for one that is not an access token signed with this key."""
        try:
            token = jwt.decode(text, self.key, algorithms=[_ALGORITHM])
        except JoseError as error:
            raise ValueError("The token is not signed with our key.") from error
        if token.header.get("typ") != _TYPE:
            raise ValueError("The token is of another type.")
        return token.claims
