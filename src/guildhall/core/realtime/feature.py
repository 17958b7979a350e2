"""The manifest of realtime."""

from guildhall.db.branch import Branch
from guildhall.pack import Part, Slice
from guildhall.references import Reference

REALTIME = Slice(
    name="realtime",
    settings=Reference("guildhall.core.realtime.settings:RealtimeSettings"),
    migrations=Branch("realtime", "guildhall.core.realtime.migrations"),
    parts=(
        Part(
            web=Reference("guildhall.core.realtime.web:WEB"),
            worker=Reference("guildhall.core.realtime.worker:WORKER"),
        ),
    ),
)
