"""The manifest of identity."""

from guildhall.db.branch import Branch
from guildhall.pack import Development, Part, Slice
from guildhall.references import Reference

IDENTITY = Slice(
    name="identity",
    settings=Reference("guildhall.core.identity.settings:IdentitySettings"),
    migrations=Branch("identity", "guildhall.core.identity.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.identity.process:PROCESS"),
            web=Reference("guildhall.core.identity.web:WEB"),
            worker=Reference("guildhall.core.identity.worker:WORKER"),
        ),
    ),
    development=Development(sandboxes=Reference("guildhall.core.identity.stand_ins:SANDBOXES")),
)
