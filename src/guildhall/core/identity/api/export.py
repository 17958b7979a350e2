"""The export of the viewer's data as one file."""

from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from guildhall.core.identity.exports import Exporter
from guildhall.db.policies import Viewer
from guildhall.web.route import PEOPLE, Routes

routes = Routes("/api/v1")

_WHOLE = ResponseSpec(dict[str, Any], generate_examples=False, description="A list of rows by table, and of when it is")


@routes.get("/me/export", scope=PEOPLE, media_type="application/json", answers={200: _WHOLE})
async def get_export(viewer: Viewer, exporter: Exporter) -> Stream:
    """Export all data of the viewer, table by table, without secrets."""
    return Stream(
        await exporter.export(viewer.id),
        media_type="application/json",
        headers={
            "content-disposition": f'attachment; filename="guildhall-{viewer.id}.json"',
            "cache-control": "no-store",
        },
    )
