"""Why a raid does not go on as somebody wants."""

from typing import ClassVar

from guildhall.errors import Conflict, GuildhallError, NotFound


class RaidNotFound(NotFound):
    """There is no such raid on the viewer's server."""

    code = "realm.raid_not_found"
    title = "Raid not found"

    def __init__(self) -> None:
        super().__init__("There is no such raid here.")


class SignupNotFound(NotFound):
    """That person has not signed up for the raid."""

    code = "realm.signup_not_found"
    title = "Not signed up"

    def __init__(self) -> None:
        super().__init__("That person has not signed up for this raid.")


class RaidNotRunning(Conflict):
    """No pull of the raid runs."""

    code = "realm.raid_not_running"
    title = "No pull is running"

    def __init__(self) -> None:
        super().__init__("No pull of this raid is running; begin one first.")


class RaidRunning(Conflict):
    """A pull of the raid runs."""

    code = "realm.raid_running"
    title = "A pull is running"

    def __init__(self) -> None:
        super().__init__("A pull of this raid is running; end it first.")


class RaidOver(Conflict):
    """The raid is won, and nothing of it changes any more."""

    code = "realm.raid_over"
    title = "The raid is over"

    def __init__(self) -> None:
        super().__init__("This raid is won and over.")


class RaidBegun(Conflict):
    """The raid has had a pull, so that it cannot be called off any more."""

    code = "realm.raid_begun"
    title = "The raid has begun"

    def __init__(self) -> None:
        super().__init__("This raid has begun and stays.")


class HealthRises(Conflict):
    """A boss's health only falls while a pull runs."""

    code = "realm.health_rises"
    title = "The boss's health only falls"

    def __init__(self) -> None:
        super().__init__("The boss's health only falls while a pull runs; a new pull makes it whole.")


class SignupsClosed(Conflict):
    """The leader takes no more sign-ups."""

    code = "realm.signups_closed"
    title = "Sign-ups are closed"

    def __init__(self) -> None:
        super().__init__("The leader takes no more sign-ups for this raid.")


class SlotsTaken(Conflict):
    """More people have places than there would be."""

    code = "realm.slots_taken"
    title = "The places are taken"


class TookPart(Conflict):
    """Somebody who has fought was there."""

    code = "realm.took_part"
    title = "They took part"

    def __init__(self) -> None:
        super().__init__("Somebody of these has fought in the raid and was there.")


class NotVictorious(Conflict):
    """Only a boss that is dead leaves something."""

    code = "realm.not_victorious"
    title = "The boss is not dead"

    def __init__(self) -> None:
        super().__init__("A raid has loot when its boss is dead.")


class TooManyRaids(Conflict):
    """The viewer leads as many open raids as one may."""

    code = "realm.too_many_raids"
    title = "Too many raids"


class NotConfirmed(GuildhallError):
    """Only who has a place in the raid can be there."""

    status: ClassVar[int] = 422
    code = "realm.not_confirmed"
    title = "No place in the raid"

    def __init__(self) -> None:
        super().__init__("Somebody of these has no place in the raid.")


class NotSignedUp(GuildhallError):
    """Only who has signed up can lead the raid."""

    status: ClassVar[int] = 422
    code = "realm.not_signed_up"
    title = "Not signed up"

    def __init__(self) -> None:
        super().__init__("Only somebody who has signed up or takes part can lead the raid.")


class BadTime(GuildhallError):
    """A time that cannot be meant."""

    status: ClassVar[int] = 422
    code = "realm.bad_time"
    title = "Bad time"

    def __init__(self) -> None:
        super().__init__(
            "This time is too far from now: something happens within the last year, plans reach ten years."
        )


class NotParticipant(GuildhallError):
    """Somebody does not take part in the raid."""

    status: ClassVar[int] = 422
    code = "realm.not_participant"
    title = "Not a participant"

    def __init__(self, detail: str = "Somebody of these does not take part in the raid.") -> None:
        super().__init__(detail)
