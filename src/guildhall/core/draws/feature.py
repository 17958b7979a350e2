"""The manifest of draws."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Part, Slice
from guildhall.references import Reference

DRAWS = Slice(
    name="draws",
    settings=Reference("guildhall.core.no_settings:NoSettings"),
    migrations=Branch("draws", "guildhall.core.draws.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.draws.process:PROCESS"),
            web=Reference("guildhall.core.draws.web:WEB"),
        ),
    ),
    commands=Commands(
        Reference("guildhall.core.draws.cli:commands"), "Draws of luck: seeds, and what follows from them."
    ),
)
