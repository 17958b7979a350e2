"""The manifest of achievements."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Part, Slice
from guildhall.references import Reference

ACHIEVEMENTS = Slice(
    name="achievements",
    settings=Reference("guildhall.core.achievements.settings:AchievementsSettings"),
    migrations=Branch("achievements", "guildhall.core.achievements.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.achievements.process:PROCESS"),
            web=Reference("guildhall.core.achievements.web:WEB"),
            worker=Reference("guildhall.core.achievements.jobs:WORKER"),
        ),
    ),
    commands=Commands(
        Reference("guildhall.core.achievements.cli:commands"), "Achievements: backfills, and what is taken from people."
    ),
)
