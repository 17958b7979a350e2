"""A person's files, over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.storage import queries
from guildhall.core.storage.actions import keep_image, quota_of, take_image, unlink
from guildhall.core.storage.addresses import Addresses
from guildhall.core.storage.errors import (
    AnimatedImage,
    BrokenImage,
    FileNotFound,
    NotAnImage,
    QuotaReached,
    TooManyPixels,
)
from guildhall.core.storage.ids import FileId
from guildhall.core.storage.images import Images
from guildhall.core.storage.schemas import MyFiles, StoredFile
from guildhall.core.storage.settings import StorageSettings
from guildhall.core.storage.storage import Storage
from guildhall.db.pages import Cursor
from guildhall.db.pool import Database
from guildhall.errors import TooLarge
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1")

READ = "storage:read"
"""The scope of API tokens that list their holder's files."""
WRITE = "storage:write"
"""The scope of API tokens that add and delete files of their holder."""
_PATH = "/api/v1/storage/images"
_LIMIT = None
"""The framework's limit of bodies is off: the edge has its own for these."""
_FILES = Cursor("my_files", 1, FileId)
_TYPES = ("image/jpeg", "image/png", "image/webp")


@dataclass
class _OfImage(Operation):
    """The operation with its body, which is an image and no struct."""

    def __post_init__(self) -> None:
        image = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, content_media_type="application/octet-stream"))
        self.request_body = RequestBody(dict.fromkeys(_TYPES, image), description="The image's bytes.", required=True)


PathFileId = Annotated[
    FileId, PathParameter(description="The file's id", examples=[Example(value="019ad0c2-6f2e-7cc3-98b2-5c1f1f4f0a11")])
]
Purpose = Annotated[
    str,
    QueryParameter(name="purpose", description="The use of the image: a pack's name and a word of its own",
                   max_length=71, pattern=r"^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$",
                   examples=[Example(value="wine.photo")]),
]  # fmt: skip
Private = Annotated[
    bool, QueryParameter(name="private", description="Only signed addresses lead to it", required=False)
]


def larger_bodies(settings: StorageSettings) -> Mapping[str, int]:
    """Return the kilobytes that an image may have."""
    return {_PATH: settings.image_kb}


@routes.post(
    "/storage/images",
    scope=WRITE,
    limit="upload",
    raises=(
        NotAnImage, BrokenImage, TooManyPixels, AnimatedImage, QuotaReached, TooLarge
    ),
    options={"operation_class": _OfImage, "request_max_body_size": _LIMIT},
)  # fmt: skip
async def post_image(
    request: Request[Any, Any, Any],
    principal: Principal,
    db: Database,
    storage: Storage,
    images: Images,
    addresses: Addresses,
    purpose: Purpose,
    private: Private = False,
) -> StoredFile:
    """Add an image.

    The body is a still JPEG, PNG or WebP; its own bytes say which. It is turned upright, bounded, stripped of all
    metadata and kept as WebP with two thumbnails. All of it counts for your quota.
    """
    viewer = principal.viewer
    picture = await take_image(db, storage, images, viewer, await request.body())
    async with db.write(viewer) as tx:
        id = await keep_image(tx, storage, picture, viewer.id, purpose, private=private)
        return addresses.view(await queries.file.one(tx, id))


@routes.get("/me/storage", scope=READ, pages=Pages(_FILES))
async def list_my_files(
    principal: Principal, tx: Read, asked: Asked[FileId], addresses: Addresses, settings: StorageSettings
) -> MyFiles:
    """Your files.

    The latest first, with their addresses, and how much of your quota is used. Addresses of private files are signed,
    and good for a while: ask again for new ones.
    """
    user_id = principal.viewer.id
    found = await queries.files_of_person.many(tx, user_id, asked.after, asked.rows)
    page = _FILES.page(found, asked.limit, lambda row: row.id)
    used, quota = await queries.used_bytes.one(tx, user_id), await quota_of(tx, settings, user_id)
    return MyFiles([addresses.view(row) for row in page.items], page.next, used, quota, max(0, quota - used))


@routes.delete("/me/storage/{file_id:uuid}", scope=WRITE, status=204, raises=(FileNotFound,))
async def delete_my_file(file_id: PathFileId, principal: Principal, tx: Write) -> None:
    """Delete one of your files.

    Its addresses lead nowhere at once. The content itself goes within hours, unless others have the same.
    """
    await unlink(tx, file_id, principal.viewer.id)
