"""The manifest of storage."""

from guildhall.db.branch import Branch
from guildhall.pack import Commands, Part, Slice
from guildhall.references import Reference

STORAGE = Slice(
    name="storage",
    settings=Reference("guildhall.core.storage.settings:StorageSettings"),
    migrations=Branch("storage", "guildhall.core.storage.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.storage.process:PROCESS"),
            web=Reference("guildhall.core.storage.web:WEB"),
            worker=Reference("guildhall.core.storage.jobs:WORKER"),
        ),
    ),
    commands=Commands(Reference("guildhall.core.storage.cli:commands"), "Files of people: a list, a check, a sweep."),
)
