"""The export of the viewer's data as one file."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from guildhall.core.identity.exports import Exporter
from guildhall.db.policies import Viewer
from guildhall.web.problems import documented
from guildhall.web.routes import below

_WHOLE = ResponseSpec(dict[str, Any], generate_examples=False, description="A list of rows by table, and of when it is")


@get("/me/export", responses=documented(401, 403) | {200: _WHOLE}, media_type="application/json")
async def get_export(viewer: NamedDependency[Viewer], exporter: NamedDependency[Exporter]) -> Stream:
    """Export all data of the viewer, table by table, without secrets."""
    return Stream(
        await exporter.export(viewer.id),
        media_type="application/json",
        headers={
            "content-disposition": f'attachment; filename="guildhall-{viewer.id}.json"',
            "cache-control": "no-store",
        },
    )


routes = below("/api/v1", [get_export])
