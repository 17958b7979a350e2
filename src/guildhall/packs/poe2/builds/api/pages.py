"""Short addresses as people open them and chat programs unfold them: a page, the code, a picture, oEmbed."""

from hashlib import blake2b
from typing import Annotated, Any
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import QueryParameter
from msgspec import Struct

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Database
from guildhall.packs.poe2.builds import errors
from guildhall.packs.poe2.builds.api.builds import NO_BUILD
from guildhall.packs.poe2.builds.api.parameters import Number, PathShortId
from guildhall.packs.poe2.builds.cards.page import CARD_SIZE, POLICY, page_of
from guildhall.packs.poe2.builds.queries import versions
from guildhall.packs.poe2.builds.rules.addresses import Named, parse_short_id
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.packs.poe2.builds.views.builds import SharedBuilds, visible
from guildhall.packs.poe2.builds.views.cards import Cards
from guildhall.packs.poe2.codes.rules.spelling import code_of
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import PUBLIC, Routes

routes = Routes("")

_MINUTE = "public, max-age=60"
_NEVER = "private, no-store"
_PAGE = ResponseSpec(str, generate_examples=False, description="The page", media_type="text/html")
_CODE = ResponseSpec(str, generate_examples=False, description="The code", media_type="text/plain")
_PICTURE = ResponseSpec(bytes, generate_examples=False, description="The picture", media_type="image/png")

VersionAsked = Annotated[
    Number | None, QueryParameter(name="version", ge=1, lt=2**31, description="Without one the latest", required=False)
]


class Embedding(Struct, frozen=True):
    """A build as oEmbed has it: a link with a picture."""

    version: str
    type: str
    title: str
    author_name: str
    provider_name: str
    provider_url: str
    cache_age: int
    thumbnail_url: str
    thumbnail_width: int
    thumbnail_height: int


@routes.get("/b/{short_id:str}", scope=PUBLIC, media_type="text/html", answers={200: _PAGE}, raises=NO_BUILD)
async def get_page(
    short_id: PathShortId,
    request: Request[Any, Any, Any],
    shared: SharedBuilds,
    settings: Poe2Settings,
    identity: IdentitySettings,
) -> Response[str | None]:
    """The page of a build.

    Chat programs find its title, its facts and its picture here. A browser is led on to your own page of builds, where
    GUILDHALL_POE2_PAGE_URL names one. A program that accepts JSON alone is sent to the build at
    `/api/v1/poe2/b/{short_id}`.
    """
    build = await shared.read(parse_short_id(short_id))
    headers = {"cache-control": _kept(build), "vary": "accept"}
    accepted = request.headers.get("accept", "")
    if "json" in accepted and "html" not in accepted:
        place = f"/api/v1/poe2/b/{build.short_id}"
        return Response(None, status_code=303, headers={**headers, "location": place})
    page = page_of(build, _site(identity), settings.page_url)
    return Response(page, media_type="text/html", headers={**headers, "content-security-policy": POLICY})


@routes.get(
    "/b/{short_id:str}/raw",
    scope=PUBLIC,
    media_type="text/plain",
    answers={200: _CODE},
    raises=(*NO_BUILD, errors.VersionNotFound),
)
async def get_raw(
    short_id: PathShortId, principal: Principal | None, db: Database, version: VersionAsked = None
) -> Response[str]:
    """The code of a build.

    As Path of Building imports it: what was sent, to the last byte that it packs. A draft's is its author's alone.
    """
    async with db.read(None if principal is None else principal.viewer) as tx:
        build = await visible(tx, Named(parse_short_id(short_id)))
        number = version or build.latest_version
        packed = await versions.packed_code.one_or_none(tx, build.id, number)
    if packed is None:
        raise errors.VersionNotFound(number=number)
    return Response(code_of(packed), media_type="text/plain", headers={"cache-control": _kept(build)})


@routes.get(
    "/b/{short_id:str}/card.png",
    scope=PUBLIC,
    media_type="image/png",
    answers={200: _PICTURE},
    raises=NO_BUILD,
)
async def get_card(
    short_id: PathShortId, request: Request[Any, Any, Any], shared: SharedBuilds, cards: Cards
) -> Response[bytes]:
    """The picture of a build.

    1200 × 630 pixels, for chat programs.
    """
    build = await shared.read(parse_short_id(short_id))
    picture = await cards.of(build)
    tag = f'"{blake2b(picture, digest_size=12).hexdigest()}"'
    headers = {"cache-control": _kept(build), "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    return Response(picture, media_type="image/png", headers=headers)


@routes.get("/api/v1/poe2/oembed", scope=PUBLIC, raises=(*NO_BUILD, errors.NotAnAddress, errors.FormatUnknown))
async def get_embedding(
    url: Annotated[
        str,
        QueryParameter(
            name="url",
            description="The address of a public build on this server",
            max_length=500,
            examples=[Example(value="http://127.0.0.1:8000/b/7Hq3Vt9mZk2cXbWn4")],
        ),
    ],
    shared: SharedBuilds,
    identity: IdentitySettings,
    format: Annotated[str, QueryParameter(name="format", description="json", max_length=20)] = "json",
) -> Response[Embedding]:
    """A build for programs that embed links (oEmbed).

    Of public builds alone, and of this server's own addresses; nothing is fetched.
    """
    if format != "json":
        raise errors.FormatUnknown
    site = _site(identity)
    build = await shared.read(parse_short_id(_short_id_of(url, site)))
    if build.visibility != "public":
        raise errors.BuildNotFound
    embedding = Embedding(
        "1.0", "link", build.title, build.author, "Guildhall", site, 60,
        f"{site}/b/{build.short_id}/card.png?r={build.revision}", *CARD_SIZE,
    )  # fmt: skip
    return Response(embedding, headers={"cache-control": _MINUTE})


def _short_id_of(url: str, site: str) -> str:
    """Return the short id of an address of this server. Raises NotAnAddress."""
    try:
        given, own = urlsplit(url), urlsplit(site)
        ours = (given.scheme, given.hostname, given.port) == (own.scheme, own.hostname, own.port)
    except ValueError as error:
        raise errors.NotAnAddress from error
    parts = given.path.split("/")
    if not ours or given.username is not None or len(parts) != 3 or parts[1] != "b":
        raise errors.NotAnAddress
    return parts[2]


def _site(identity: IdentitySettings) -> str:
    return identity.public_url.rstrip("/")


def _kept(build: BuildDetails) -> str:
    """Return how long caches may keep an answer about a build: only what is public at all."""
    return _MINUTE if build.visibility == "public" else _NEVER
