"""Errors of raids."""

from guildhall.errors import Conflict, NotFound, Unprocessable


class RaidNotFound(NotFound):
    says = "Raid not found."


class SignupNotFound(NotFound):
    says = "Not signed up: this person has not signed up for the raid."


class RaidNotRunning(Conflict):
    says = "No pull is running: begin one first."


class RaidRunning(Conflict):
    says = "A pull is running: end it first."


class RaidOver(Conflict):
    says = "The raid is over: it was won."


class RaidBegun(Conflict):
    says = "The raid has begun: it cannot be called off or get another boss any more."


class HealthRises(Conflict):
    says = "The boss's health only falls: it is full again when a new pull begins."


class SignupsClosed(Conflict):
    says = "Sign-ups are closed: the leader takes no more for this raid."


class SlotsTaken(Conflict):
    says = "The places are taken: {taken} people have places as {role}; take some from them first."
    taken: int
    role: str


class TookPart(Conflict):
    says = "They took part: at least one of these people has fought in the raid, and so was there."


class NotVictorious(Conflict):
    says = "The boss is not dead: a raid has loot when its boss is dead."


class TooManyRaids(Conflict):
    says = "Too many raids: you may lead {most} open raids at once."
    most: int


class NotConfirmed(Unprocessable):
    says = "No place in the raid: at least one of these people has none."


class NotSignedUp(Unprocessable):
    says = "Not signed up: only somebody who has signed up or takes part can lead the raid."


class BadTime(Unprocessable):
    says = "Bad time: it is too far from now; events lie within the last year, plans within the next ten years."


class NotParticipant(Unprocessable):
    says = "Not a participant: at least one of these people does not take part in the raid."
