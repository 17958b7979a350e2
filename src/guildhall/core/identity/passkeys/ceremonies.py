"""The ceremonies of WebAuthn, as its library does them.

Imported when somebody uses a passkey: the library brings parsers of every attestation format, which
are 7 MB and a tenth of a second that no other process should start with.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import webauthn
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, options_to_json_dict, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from guildhall.core.identity.settings import IdentitySettings


class Ceremonies:
    """Requests to a browser for passkeys, and the proofs in its answers, for the site of the settings."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._id = settings.webauthn_rp_id
        self._name = settings.issuer_name
        self._origins = list(settings.webauthn_origins)
        self._timeout = round(settings.challenge_minutes * 60_000)

    def creation(
        self, challenge: bytes, user: bytes, account: str, name: str, known: Sequence[bytes]
    ) -> dict[str, Any]:
        """The argument of `navigator.credentials.create`; `known` credentials are not made again."""
        return options_to_json_dict(
            webauthn.generate_registration_options(
                rp_id=self._id,
                rp_name=self._name,
                user_id=user,
                user_name=account,
                user_display_name=name,
                challenge=challenge,
                timeout=self._timeout,
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
                exclude_credentials=[PublicKeyCredentialDescriptor(one) for one in known],
            )
        )

    def request(self, challenge: bytes) -> dict[str, Any]:
        """The argument of `navigator.credentials.get`."""
        return options_to_json_dict(
            webauthn.generate_authentication_options(
                rp_id=self._id,
                challenge=challenge,
                timeout=self._timeout,
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def verify_creation(self, credential: Mapping[str, Any], challenge: bytes) -> VerifiedRegistration:
        """The new passkey. Raises whatever the parsers raise for an answer that proves nothing."""
        return webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=self._id,
            expected_origin=self._origins,
            require_user_verification=True,
        )

    def verify_request(
        self, credential: Mapping[str, Any], challenge: bytes, public_key: bytes, sign_count: int
    ) -> VerifiedAuthentication:
        """The proof of a known passkey. Raises whatever the parsers raise for an answer that proves nothing."""
        return webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=self._id,
            expected_origin=self._origins,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )

    @staticmethod
    def challenge_of(client_data: bytes) -> bytes:
        """The challenge that client data names. Raises whatever the parser raises for what is none."""
        return bytes(parse_client_data_json(client_data).challenge)

    @staticmethod
    def decoded(text: str) -> bytes:
        """base64url, as browsers write bytes. Raises ValueError."""
        return bytes(base64url_to_bytes(text))
