"""The scores of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.board_scores",
        """
        select w.board, w.kind, w.key, s.member, s.score, s.tie, s.shown, s.updated_at
        from core.board_scores s join core.board_windows w on w.id = s.window_id
        where s.user_id = $1 order by w.board, w.kind, w.key, s.member
        """,
    ),
    Export(
        "core.board_hidden",
        "select reason, hidden_at as since from core.board_hidden where user_id = $1 order by reason",
    ),
)
