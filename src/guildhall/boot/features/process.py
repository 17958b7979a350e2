"""The parts of the core features that web processes and workers both hold."""

from guildhall.core.identity.actions.second_factors import TOTP_SECRET
from guildhall.core.identity.exports import EXPORTS, Exporter
from guildhall.core.identity.mailer import Mailer
from guildhall.core.identity.oauth.http import ProviderCalls
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.providers import Providers
from guildhall.core.identity.schemas import FLOW_VERIFIER
from guildhall.core.identity.tokens import AccessTokens, KeyedHash
from guildhall.core.notify.actions.dispatch import WEBHOOK_URL
from guildhall.core.notify.exports import NOTICE_EXPORTS
from guildhall.core.notify.sender import NoticeSender
from guildhall.core.vault.vault import Vault
from guildhall.pack import ProcessPart

VAULT = ProcessPart(services=(Vault,))

IDENTITY = ProcessPart(
    services=(AccessTokens, KeyedHash, ProviderCalls, Providers, Passwords, Mailer, Exporter),
    sealed=(TOTP_SECRET, FLOW_VERIFIER),
    exports=EXPORTS,
)

NOTIFY = ProcessPart(services=(NoticeSender,), sealed=(WEBHOOK_URL,), exports=NOTICE_EXPORTS)
