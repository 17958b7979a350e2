"""The manifest of vault."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Part, Slice
from guildhall.references import Reference

VAULT = Slice(
    name="vault",
    settings=Reference("guildhall.core.vault.settings:VaultSettings"),
    migrations=Branch("vault", "guildhall.core.vault.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.vault.process:PROCESS"),
        ),
    ),
    commands=Commands(Reference("guildhall.core.vault.cli:commands"), "The key that seals tokens at rest."),
)
