"""The core features that are wired as packs are: each a slice that is always on."""

from guildhall.core.identity.settings import IdentitySettings
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
)

FEATURES: tuple[Slice, ...] = (VAULT, IDENTITY)
