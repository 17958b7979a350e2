"""The follows of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.user_follows",
        """
        select case when follower_id = $1 then following_id end as you_follow,
               case when following_id = $1 then follower_id end as follows_you, created_at
        from core.user_follows where follower_id = $1 or following_id = $1
        order by created_at, follower_id, following_id
        """,
    ),
    Export("core.follow_counts", "select followers, following from core.follow_counts where user_id = $1"),
)
