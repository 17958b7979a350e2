"""Errors of reviews and comments."""

from guildhall.errors import Conflict, NotFound, PermissionDenied, TooManyRequests, Unprocessable


class ReviewNotFound(NotFound):
    says = "Review not found: there is no such review."


class CommentNotFound(NotFound):
    says = "Comment not found: there is no such comment."


class OwnBuildReviewed(Conflict):
    says = "Your own build: its author does not review it."


class OwnOpinion(Conflict):
    says = "Your own: nobody reports what they wrote."


class NotYourComment(PermissionDenied):
    says = "Not your comment: only its author changes it."


class CommentDeleted(Conflict):
    says = "Deleted: this comment is there no more; others have answered it."


class TooManyComments(Conflict):
    says = "Too many comments: a build has {most} at most."
    most: int


class CommentsTooFast(TooManyRequests):
    says = "Too many comments at once: a person writes {most} in an hour."
    most: int


class EmptyText(Unprocessable):
    says = "Nothing is written: the text is blank."


class OpinionReportNotFound(NotFound):
    says = "Report not found: there is no such report of a review or comment."
