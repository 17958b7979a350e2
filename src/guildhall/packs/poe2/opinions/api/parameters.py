"""Parameters that several entrances of opinions take."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter

from guildhall.packs.poe2.ids import CommentId, ReviewId

_ID = "0192f8a4-7c00-7000-8000-000000000001"
PathReviewId = Annotated[ReviewId, PathParameter(description="The review's id", examples=[Example(value=_ID)])]
PathCommentId = Annotated[CommentId, PathParameter(description="The comment's id", examples=[Example(value=_ID)])]
