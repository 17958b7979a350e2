"""The kinds of answers about builds, with their lifetimes in the cache, and of notifications."""

from datetime import timedelta

from guildhall.core.cache.schemas import Kind
from guildhall.core.notify.kinds import NoticeKind

PUBLIC_BUILD = Kind("poe2_build", timedelta(minutes=1), stale_for=timedelta(0))
"""A public build at its short address. An edit invalidates it; the minute is for the counts."""
UNLISTED_BUILD = Kind("poe2_unlisted_build", timedelta(0), stale_for=timedelta(0), private=True)
"""An unlisted build: it is never kept, here or elsewhere."""
WITHHELD = NoticeKind(
    "poe2.build_withheld", "A build of yours was taken back", "{count} builds of yours were taken back"
)
"""Moderators took back a build."""
