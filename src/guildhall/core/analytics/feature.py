"""The manifest of events and their roll-ups."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Part, Slice
from guildhall.references import Reference

ANALYTICS = Slice(
    name="analytics",
    settings=Reference("guildhall.core.analytics.settings:AnalyticsSettings"),
    migrations=Branch("analytics", "guildhall.core.analytics.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.analytics.process:PROCESS"),
            web=Reference("guildhall.core.analytics.web:WEB"),
            worker=Reference("guildhall.core.analytics.jobs:WORKER"),
        ),
    ),
    commands=Commands(
        Reference("guildhall.core.analytics.cli:commands"), "Events of people and visitors, and their daily roll-ups."
    ),
)
