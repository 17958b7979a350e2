"""A person's rows of crafting in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "poe2.crafting_sessions",
        """
        select id, title, note, item_base, item_class, item_level, target_mods, steps, step_count, total_cost,
               priced_cost, unpriced_steps, price_base, prices, currency_used, success, final_item, session_duration,
               attempt_count, patch, league, strategy_id, origin, created_at, completed_at
        from poe2.crafting_sessions where user_id = $1 order by id
        """,
    ),
    Export(
        "poe2.crafting_steps",
        "select session_id, number, step from poe2.crafting_steps where user_id = $1 order by session_id, number",
    ),
    Export(
        "poe2.crafting_strategies",
        """
        select id, name, description, item_base, item_class, strategy_steps, plan, patch, league, expected_cost,
               expected, is_public, withheld_at, uses_count, known_count, success_count, success_rate, created_at,
               updated_at
        from poe2.crafting_strategies where user_id = $1 order by id
        """,
    ),
)
