"""The objects of identity that web processes and workers both hold."""

from guildhall.core.identity.accounts.exports import EXPORTS, Exporter
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.emails.mailer import Mailer
from guildhall.core.identity.principals.tokens import AccessTokens, KeyedHash
from guildhall.core.identity.second_factors.actions import TOTP_SECRET
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.providers import Providers
from guildhall.core.identity.sign_in.schemas import FLOW_VERIFIER
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(
    services=(AccessTokens, KeyedHash, ProviderCalls, Providers, Passwords, Mailer, Exporter),
    sealed=(TOTP_SECRET, FLOW_VERIFIER),
    exports=EXPORTS,
)
