"""The manifest of leaderboards."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Part, Slice
from guildhall.references import Reference

BOARDS = Slice(
    name="boards",
    settings=Reference("guildhall.core.boards.settings:BoardsSettings"),
    migrations=Branch("boards", "guildhall.core.boards.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.boards.process:PROCESS"),
            web=Reference("guildhall.core.boards.web:WEB"),
            worker=Reference("guildhall.core.boards.jobs:WORKER"),
        ),
    ),
    commands=Commands(
        Reference("guildhall.core.boards.cli:commands"), "Leaderboards: their lists, and a rebuild of their counts."
    ),
)
