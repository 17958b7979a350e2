"""Errors of identity providers, and of what somebody brings from one."""

from guildhall.errors import AuthenticationRequired, BadRequest, GuildhallError, Unavailable


class ProviderDown(Unavailable):
    """A temporary failure: the request is tried again later."""

    says = "The provider does not answer."


class ProviderMisconfigured(GuildhallError):
    """Client id, secret or addresses must be mended here; asking again does not help, so this is not Unavailable."""

    status = 503
    says = "The provider is set up wrongly: its client id, secret or addresses must be mended on this server."
    retry_after = 60


class GrantRefused(BadRequest):
    """The code or refresh token is refused for good. `reason` is the provider's error code."""

    says = "The provider refused the grant: {provider} says {reason}."
    provider: str
    reason: str


class ProofRefused(AuthenticationRequired):
    """A proof that a provider is said to have signed is not good."""

    says = "The proof is not good: the provider did not confirm it."


class ProofForged(ProofRefused):
    says = "The proof is not the provider's: no key of it has signed the token."


class ProofOfOtherIssuer(ProofRefused):
    code = "identity.proof_issuer"
    says = "The proof is of another issuer."


class ProofForOthers(ProofRefused):
    code = "identity.proof_audience"
    says = "The proof is for another application."


class ProofExpired(ProofRefused):
    says = "The proof has expired."


class ProofReplayed(ProofRefused):
    says = "The proof is of another sign-in."
