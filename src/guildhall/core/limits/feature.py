"""The manifest of the limits of people."""

from guildhall.db.branch import Branch
from guildhall.pack import Part, Slice
from guildhall.references import Reference

LIMITS = Slice(
    name="limits",
    settings=Reference("guildhall.core.limits.settings:LimitsSettings"),
    migrations=Branch("limits", "guildhall.core.limits.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.limits.process:PROCESS"),
            web=Reference("guildhall.core.limits.web:WEB"),
            worker=Reference("guildhall.core.limits.jobs:WORKER"),
        ),
    ),
)
