"""How a provider of identities, or what somebody brings from one, can fail."""

from guildhall.errors import BadRequest, GuildhallError, Unavailable


class ProviderDown(Unavailable):
    """The provider does not answer, or not as it should. It may later: nothing is given up for it."""

    code = "identity.provider_down"
    title = "The provider does not answer"


class ProviderMisconfigured(GuildhallError):
    """The provider does not take us for who we say we are: client id, secret or addresses are to be mended here."""

    status = 503
    code = "identity.provider_misconfigured"
    title = "The provider is set up wrongly"
    retry_after = 60


class GrantRefused(BadRequest):
    """The provider refuses this code or refresh token for good. `reason` is its error code."""

    code = "identity.grant_refused"
    title = "The provider refused the grant"

    def __init__(self, provider: str, reason: str) -> None:
        super().__init__(f"{provider} refused the grant ({reason}).")
        self.reason = reason


class ProofRefused(GuildhallError):
    """What a provider is said to have signed is not good."""

    status = 401
    code = "identity.proof_refused"
    title = "The proof is not good"


class ProofForged(ProofRefused):
    """Not signed by a key of the provider's with an algorithm that we take."""

    code = "identity.proof_forged"
    title = "The proof is not the provider's"


class ProofOfOtherIssuer(ProofRefused):
    """Signed for another issuer."""

    code = "identity.proof_issuer"
    title = "The proof is of another issuer"


class ProofForOthers(ProofRefused):
    """Meant for another application."""

    code = "identity.proof_audience"
    title = "The proof is for another application"


class ProofExpired(ProofRefused):
    """Too old, or not good yet."""

    code = "identity.proof_expired"
    title = "The proof has expired"


class ProofReplayed(ProofRefused):
    """Made for another sign-in than this one, or used before."""

    code = "identity.proof_replayed"
    title = "The proof is of another sign-in"
