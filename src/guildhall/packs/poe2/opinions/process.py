"""A person's opinions in the export of an account, and the notifications about them."""

from guildhall.core.identity.accounts.schemas import Export
from guildhall.pack import ProcessPart
from guildhall.packs.poe2.opinions.kinds import ANSWERED, COMMENTED, REVIEWED

_REVIEWS = Export(
    "poe2.build_reviews",
    """
    select id, build_template_id, rating, review, is_verified_clear, version_number, withheld_at, created_at, updated_at
    from poe2.build_reviews where user_id = $1 order by id
    """,
)
_COMMENTS = Export(
    "poe2.comments",
    """
    select id, build_template_id, parent_comment_id, content, is_edited, deleted_at, withheld_at, created_at, updated_at
    from poe2.comments where user_id = $1 order by id
    """,
)

PROCESS = ProcessPart(exports=(_REVIEWS, _COMMENTS), notices=(REVIEWED, COMMENTED, ANSWERED))
