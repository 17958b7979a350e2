"""Messages of achievements."""

from typing import ClassVar

from guildhall.core.achievements.ids import RunId
from guildhall.core.jobs.messages import Message
from guildhall.ids import UserId


class KeepCatalogue(Message, frozen=True):
    """Note what the packs declare, and begin walks for what is new, has changed or is due."""

    name: ClassVar[str] = "achievements.keep_catalogue"
    unique: ClassVar[bool] = True


class WalkPeople(Message, frozen=True):
    """Look at all people for one achievement, batch by batch, from where it was left."""

    name: ClassVar[str] = "achievements.walk_people"
    attempts: ClassVar[int] = 10
    timeout: ClassVar[float] = 300.0
    concurrency: ClassVar[int] = 2

    run_id: RunId

    def unique_key(self) -> str:
        """One job works on a walk at a time."""
        return f"{self.name}:{self.run_id}"


class TellOldDeeds(Message, frozen=True):
    """Tell people what they were granted for old deeds, with one notice each."""

    name: ClassVar[str] = "achievements.tell_old_deeds"
    unique: ClassVar[bool] = True


class SumHolders(Message, frozen=True):
    """Sum the changes of the numbers of holders, and count people now and then."""

    name: ClassVar[str] = "achievements.sum_holders"
    unique: ClassVar[bool] = True


class AchievementRevoked(Message, frozen=True):
    """An achievement was taken from somebody, or given back. They are told how it is when the job runs."""

    name: ClassVar[str] = "achievements.revoked"

    user_id: UserId
    achievement: str


class CleanUpRuns(Message, frozen=True):
    """Forget walks that ended long ago."""

    name: ClassVar[str] = "achievements.clean_up_runs"
    unique: ClassVar[bool] = True
