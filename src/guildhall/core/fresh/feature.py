"""The manifest of rows kept fresh."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Part, Slice
from guildhall.references import Reference

FRESH = Slice(
    name="fresh",
    settings=Reference("guildhall.core.fresh.settings:FreshSettings"),
    migrations=Branch("fresh", "guildhall.core.fresh.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.fresh.process:PROCESS"),
            worker=Reference("guildhall.core.fresh.jobs:WORKER"),
        ),
    ),
    commands=Commands(Reference("guildhall.core.fresh.cli:commands"), "Keys of packs that are kept fresh."),
)
