"""Errors of builds."""

from typing import ClassVar

from guildhall.errors import (
    BadRequest,
    Conflict,
    Gone,
    NotFound,
    PermissionDenied,
    Unavailable,
    Unprocessable,
)


class BuildNotFound(NotFound):
    says = "Build not found: there is no such build, or it is not shared."


class BuildGone(Gone):
    says = "Build gone: its author has deleted it."


class VersionNotFound(NotFound):
    says = "Version not found: the build has no version {number}."
    number: int | str


class NotYourBuild(PermissionDenied):
    says = "Not your build: only its author changes or deletes it."


class NotAModerator(PermissionDenied):
    says = "Not a moderator: this is for moderators of the platform."


class EditedMeanwhile(Conflict):
    """Another edit was first. A client shows both versions by comparing them."""

    says = (
        "Edited meanwhile: your edit is of revision {expected_revision}; the build is at revision {current_revision}, "
        "version {current_version} of its content."
    )
    shown: ClassVar[tuple[str, ...]] = ("expected_revision", "current_revision", "current_version")
    expected_revision: int
    current_revision: int
    current_version: int


class TooManyBuilds(Conflict):
    says = "Too many builds: a person has {most} at most."
    most: int


class TooMuchContent(Conflict):
    says = "Too much content: all versions of a person's builds have {most} MB at most together."
    most: int


class TooManyVersions(Conflict):
    says = "Too many versions: a build has {most} at most; make another one of it."
    most: int


class BuildWithheld(Conflict):
    says = "Withheld: moderators have taken the build back; it stays a draft until they allow it again."


class NotWithheld(Conflict):
    says = "Not withheld: moderators have not taken this build back."


class NotPublic(Conflict):
    says = "Not public: only a public build can be featured."


class NothingToRead(BadRequest):
    says = "What is the content? Give either 'code' or 'build'."


class PatchUnknown(Unprocessable):
    says = "Unknown patch: the build's tree does not say its version; give 'patch_version'."


class NameTooLong(Unprocessable):
    says = "Name too long: the {what} has more than {most} characters."
    what: str
    most: int


class BadTag(Unprocessable):
    says = "Bad tag: {tag} has no letters, or is not 2 to {most} characters long."
    tag: str
    most: int


class TooManyTags(Unprocessable):
    says = "Too many tags: a build has {most} at most."
    most: int


class OwnBuild(Conflict):
    says = "Your own build: nobody likes or reports their own."


class AlreadyReported(Conflict):
    says = "Reported already: you have reported this."


class TooManyReports(Conflict):
    says = "Too many reports: {most} of your reports wait to be handled; report more after that."
    most: int


class ReportNotFound(NotFound):
    says = "Report not found."


class ReportHandled(Conflict):
    says = "Handled already: somebody has handled this report."


class AboutYourself(PermissionDenied):
    says = "About yourself: another moderator must decide about you."


class CardsBusy(Unavailable):
    says = "Too many pictures: they are drawn one at a time; come again in a moment."
    retry_after = 2


class NotAnAddress(BadRequest):
    says = "Not an address of a build: this is none of this server's."


class FormatUnknown(BadRequest):
    says = "Unknown format: the answer is JSON; there is no other."
