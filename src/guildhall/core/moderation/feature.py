"""The manifest of moderation."""

from guildhall.db.branch import Branch
from guildhall.pack import Part, Slice
from guildhall.references import Reference

MODERATION = Slice(
    name="moderation",
    settings=Reference("guildhall.core.no_settings:NoSettings"),
    migrations=Branch("moderation", "guildhall.core.moderation.migrations"),
    parts=(Part(process=Reference("guildhall.core.moderation.process:PROCESS")),),
)
