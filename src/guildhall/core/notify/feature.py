"""The manifest of notify."""

from guildhall.db.branch import Branch
from guildhall.pack import Development, Part, Slice
from guildhall.references import Reference

NOTIFY = Slice(
    name="notify",
    settings=Reference("guildhall.core.notify.settings:NotifySettings"),
    migrations=Branch("notify", "guildhall.core.notify.migrations"),
    parts=(
        Part(
            process=Reference("guildhall.core.notify.process:PROCESS"),
            web=Reference("guildhall.core.notify.web:WEB"),
            worker=Reference("guildhall.core.notify.worker:WORKER"),
        ),
    ),
    development=Development(sandboxes=Reference("guildhall.core.notify.stand_ins:SANDBOXES")),
)
