"""The core features that are wired as packs are: each a slice that is always on."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Slice
from guildhall.references import Reference

VAULT = Slice(
    name="vault",
    settings=Reference("guildhall.core.vault.settings:VaultSettings"),
    migrations=Branch("vault", "guildhall.core.vault.migrations"),
    process=Reference("guildhall.boot.features.process:VAULT"),
    commands=Commands(Reference("guildhall.core.vault.cli:commands"), "The key that seals tokens at rest."),
)

IDENTITY = Slice(
    name="identity",
    settings=Reference("guildhall.core.identity.settings:IdentitySettings"),
    migrations=Branch("identity", "guildhall.core.identity.migrations"),
    process=Reference("guildhall.boot.features.process:IDENTITY"),
    web=Reference("guildhall.boot.features.web:IDENTITY"),
    worker=Reference("guildhall.boot.features.worker:IDENTITY"),
    sandboxes=Reference("guildhall.boot.features.stand_ins:IDENTITY"),
)

REALTIME = Slice(
    name="realtime",
    settings=Reference("guildhall.core.realtime.settings:RealtimeSettings"),
    migrations=Branch("realtime", "guildhall.core.realtime.migrations"),
    web=Reference("guildhall.boot.features.web:REALTIME"),
    worker=Reference("guildhall.boot.features.worker:REALTIME"),
)

NOTIFY = Slice(
    name="notify",
    settings=Reference("guildhall.core.notify.settings:NotifySettings"),
    migrations=Branch("notify", "guildhall.core.notify.migrations"),
    process=Reference("guildhall.boot.features.process:NOTIFY"),
    web=Reference("guildhall.boot.features.web:NOTIFY"),
    worker=Reference("guildhall.boot.features.worker:NOTIFY"),
    sandboxes=Reference("guildhall.boot.features.stand_ins:NOTIFY"),
)

FEATURES: tuple[Slice, ...] = (VAULT, IDENTITY, REALTIME, NOTIFY)
