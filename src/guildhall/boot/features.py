"""The core features that are wired as packs are: each a slice that is always on."""

from guildhall.core.identity.api import sessions
from guildhall.core.identity.cookies import Cookies
from guildhall.core.identity.oauth.http import ProviderCalls
from guildhall.core.identity.principal import Authenticator, caller, principal, viewer, visitor
from guildhall.core.identity.providers import Providers
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import AccessTokens, KeyedHash
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Vault
from guildhall.db.migrate import Branch
from guildhall.pack import Slice

VAULT = Slice(
    name="vault",
    settings=VaultSettings,
    migrations=Branch("vault", "guildhall.core.vault.migrations"),
    services=(Vault,),
)

IDENTITY = Slice(
    name="identity",
    settings=IdentitySettings,
    migrations=Branch("identity", "guildhall.core.identity.migrations"),
    services=(AccessTokens, KeyedHash, ProviderCalls, Providers),
    provides={"revocations": Revocations, "page_cookies": Cookies, "authenticator": Authenticator},
    dependencies={"visitor": visitor, "principal": principal, "viewer": viewer, "caller": caller},
    routes=(sessions.routes,),
)

FEATURES: tuple[Slice, ...] = (VAULT, IDENTITY)
