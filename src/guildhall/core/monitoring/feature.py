"""The manifest of monitoring. Its function is of the database layer's migrations."""

from guildhall.pack import Part, Slice
from guildhall.references import Reference

MONITORING = Slice(
    name="monitoring",
    settings=Reference("guildhall.core.no_settings:NoSettings"),
    migrations=None,
    parts=(Part(web=Reference("guildhall.core.monitoring.api:WEB")),),
)
