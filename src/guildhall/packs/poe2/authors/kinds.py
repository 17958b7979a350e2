"""Acts of authors that their followers hear of."""

from msgspec import Struct

from guildhall.core.notify.kinds import NoticeKind
from guildhall.core.social.activities.declaration import Activity
from guildhall.packs.poe2.ids import ShortId


class PublishedBuild(Struct, frozen=True, rename={"class_name": "class"}):
    """A build that became public."""

    short_id: ShortId
    title: str
    class_name: str
    ascendancy: str | None


class PublishedVersion(Struct, frozen=True):
    """A version of a public build."""

    short_id: ShortId
    title: str
    version: int


PUBLISHED = Activity("poe2.build_published", PublishedBuild)
NEW_VERSION = Activity("poe2.build_version", PublishedVersion)
FOLLOWED = NoticeKind(
    "poe2.followed_build", "Somebody whom you follow published", "{count} builds of people whom you follow"
)
