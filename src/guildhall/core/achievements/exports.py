"""The achievements of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.user_achievements",
        """
        select a.achievement, c.title, a.value, a.granted_at, a.version, a.reached, a.goal, a.evidence, a.granted_by,
               a.revoked_at, a.reason
        from core.user_achievements a join core.achievements c on c.name = a.achievement
        where a.user_id = $1 order by a.achievement
        """,
    ),
)
