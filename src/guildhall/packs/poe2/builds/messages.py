"""Facts about builds, sent in the transaction of the change. Who handles one looks what others may see of the build."""

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
    """What is said about a build, public or not, has changed: its texts, tags, league, whether it is featured."""

    build_id: BuildId


class BuildUnpublished(Message, frozen=True):
    """A public build is no longer public."""

    build_id: BuildId


class BuildDeleted(Message, frozen=True):
    """An author deleted a build. Those that go with an account are not told one by one."""

    build_id: BuildId
