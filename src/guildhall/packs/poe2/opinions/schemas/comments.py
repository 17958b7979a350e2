"""Structs of comments."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, CommentId
from guildhall.text import TEXT

CommentText = Annotated[str, Meta(min_length=1, max_length=5000, pattern=TEXT, examples=["Which bow do you swap to?"])]


class CommentRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A comment, or an answer to one of the same build."""

    content: CommentText
    parent_comment_id: CommentId | None = None


class CommentChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Other words for a comment."""

    content: CommentText


class Comment(Struct, frozen=True):
    """A comment. `content` is null where it was deleted or taken back, or where one of you blocks the other (`hidden`).

    `answers` counts the comments that answer it directly, deleted ones too. `depth` is 0 for one that answers nobody.
    """

    id: CommentId
    build_id: BuildId
    parent_comment_id: CommentId | None
    depth: int
    user_id: UserId | None
    author: str | None
    content: str | None
    is_edited: bool
    hidden: bool
    deleted_at: datetime | None
    withheld_at: datetime | None
    answers: int
    created_at: datetime
    updated_at: datetime


class LockedComment(Struct, frozen=True):
    """The columns of a comment that a change depends on."""

    id: CommentId
    build_id: BuildId
    user_id: UserId | None
    depth: int
    deleted_at: datetime | None
    withheld_at: datetime | None
