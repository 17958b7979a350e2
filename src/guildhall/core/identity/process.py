"""The objects of identity that web processes and workers both hold."""

from guildhall.core.identity.actions.second_factors import TOTP_SECRET
from guildhall.core.identity.exports import EXPORTS, Exporter
from guildhall.core.identity.mailer import Mailer
from guildhall.core.identity.oauth.http import ProviderCalls
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.providers import Providers
from guildhall.core.identity.schemas import FLOW_VERIFIER
from guildhall.core.identity.tokens import AccessTokens, KeyedHash
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(
    services=(AccessTokens, KeyedHash, ProviderCalls, Providers, Passwords, Mailer, Exporter),
    sealed=(TOTP_SECRET, FLOW_VERIFIER),
    exports=EXPORTS,
)
