"""Facts about builds, sent in the transaction of the change, and scheduled jobs.

A fact has ids alone: its handler looks up what others may see of the build.
"""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.packs.poe2.ids import BuildId


class BuildPublished(Message, frozen=True):
    """A build became public."""

    build_id: BuildId


class BuildVersionAdded(Message, frozen=True):
    """A build, public or not, has a new version."""

    build_id: BuildId
    version: int


class BuildChanged(Message, frozen=True):
    """The details of a build, public or not, have changed: its texts, tags, league, whether it is featured."""

    build_id: BuildId


class BuildUnpublished(Message, frozen=True):
    """A public build is no longer public."""

    build_id: BuildId


class BuildDeleted(Message, frozen=True):
    """An author deleted a build. Those that go with an account are not told one by one."""

    build_id: BuildId


class BuildWithheld(Message, frozen=True):
    """Moderators took a build back."""

    build_id: BuildId


class AddUpCounts(Message, frozen=True):
    """Add the views and likes since the last time to the counts of their builds."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2


class ForgetVisitors(Message, frozen=True):
    """Forget the visitors of past days, and the addresses of builds that were deleted long ago."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2
