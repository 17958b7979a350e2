"""The manifest of leaderboards."""

from guildhall.db.branch import Branch
from guildhall.pack import Part, Slice
from guildhall.references import Reference

BOARDS = Slice(
    name="boards",
    settings=Reference("guildhall.core.boards.settings:BoardsSettings"),
    migrations=Branch("boards", "guildhall.core.boards.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.boards.process:PROCESS"),
        ),
    ),
)
