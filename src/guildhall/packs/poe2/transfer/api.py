"""Import of a browser's storage, and an export that works offline."""

from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.packs.poe2.builds.api.parameters import READ, WRITE
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.transfer.actions.importing import import_records
from guildhall.packs.poe2.transfer.errors import TooManyRecords
from guildhall.packs.poe2.transfer.schemas import ImportReport
from guildhall.packs.poe2.transfer.views.exports import TransferExporter
from guildhall.web.route import Routes

routes = Routes("/api/v1/poe2")


@routes.post("/import", scope=WRITE, status=200, raises=(TooManyRecords,))
async def post_import(data: dict[str, Any], principal: Principal, db: Database, settings: Poe2Settings) -> ImportReport:
    """Import what a browser has stored, or an export.

    `templates` become builds, as drafts; `snapshots` are remembered beside those of watched characters; `sessions` are
    crafting with its steps. What stands under any other key is kept as it is, and so are unknown fields. Each record is
    imported or refused for itself, and the answer says which. The same record is imported once, whenever it comes: send
    a file that broke off, or of which records are `left`, again.
    """
    return await import_records(db, principal.viewer, data, settings)


_WHOLE = ResponseSpec(dict[str, Any], generate_examples=False, description="A list of records by key")


@routes.get("/export", scope=READ, media_type="application/json", answers={200: _WHOLE})
async def get_export(viewer: Viewer, exporter: TransferExporter) -> Stream:
    """Export your builds, snapshots and crafting sessions as one file.

    The import reads it again, here or elsewhere. The same content is the same bytes.
    """
    return Stream(
        await exporter.export(viewer),
        media_type="application/json",
        headers={"content-disposition": 'attachment; filename="guildhall-poe2.json"', "cache-control": "no-store"},
    )


def _larger_bodies(settings: Poe2Settings) -> dict[str, int]:
    return {"/api/v1/poe2/import": settings.import_kb}


WEB = WebPart(routes=routes, provides=(TransferExporter,), larger_bodies=_larger_bodies)
