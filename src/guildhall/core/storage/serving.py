"""Files for whoever has their address."""

from typing import Annotated, Any

from litestar import Request
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import QueryParameter
from litestar.response import Response

from guildhall.core.storage import queries
from guildhall.core.storage.addresses import PATH, Addresses
from guildhall.core.storage.api import PathFileId
from guildhall.core.storage.errors import FileNotFound
from guildhall.core.storage.ranges import range_of
from guildhall.core.storage.schemas import Variant
from guildhall.core.storage.storage import Storage
from guildhall.db.pool import Database
from guildhall.errors import RangeNotSatisfiable
from guildhall.web.route import PUBLIC, Routes

routes = Routes(PATH)

_FOREVER = "public, max-age=31536000, immutable"
_IMAGE = "image/webp"

Wanted = Annotated[Variant, QueryParameter(name="variant", description="The original, or a thumbnail", required=False)]
Expires = Annotated[
    int | None,
    QueryParameter(name="expires", description="The end of a signed address", ge=0, le=10**12, required=False,
                   examples=[Example(value=1_790_000_000)]),
]  # fmt: skip
Signature = Annotated[
    str | None,
    QueryParameter(name="signature", description="The signature of a signed address", max_length=64, required=False),
]


@routes.get(
    "/{file_id:uuid}",
    scope=PUBLIC,
    media_type=_IMAGE,
    answers={200: ResponseSpec(bytes, generate_examples=False, description="The image", media_type=_IMAGE)},
    raises=(FileNotFound, RangeNotSatisfiable),
)
async def get_file(
    file_id: PathFileId,
    request: Request[Any, Any, Any],
    db: Database,
    storage: Storage,
    addresses: Addresses,
    variant: Wanted = "original",
    expires: Expires = None,
    signature: Signature = None,
) -> Response[bytes]:
    """A file.

    Public files for everybody, private ones by a signed address. A single `Range` is answered with a 206. The `ETag`
    is the content's hash.
    """
    async with db.read() as tx:
        found = await queries.served.one_or_none(tx, file_id, variant)
    if found is None:
        raise FileNotFound
    kept = f"private, max-age={addresses.require(file_id, expires, signature)}" if found.private else _FOREVER
    tag = f'"{found.content.hex()}"'
    headers = {"etag": tag, "cache-control": kept, "accept-ranges": "bytes"}
    if _names(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    part = None
    if request.headers.get("if-range", tag) == tag and not request.scope.get("guildhall.head"):
        part = range_of(request.headers.get("range"), found.size)
    start, length = part or (0, found.size)
    data = await storage.read(found.hash, found.content, start, length)
    if part is not None:
        headers["content-range"] = f"bytes {start}-{start + length - 1}/{found.size}"
    return Response(data, status_code=200 if part is None else 206, media_type=found.media_type, headers=headers)


def _names(header: str | None, tag: str) -> bool:
    """Return whether If-None-Match names a validator: the comparison is the weak one."""
    if header is None:
        return False
    return header.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in header.split(",")]
