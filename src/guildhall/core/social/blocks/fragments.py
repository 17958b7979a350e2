"""The condition of blocks for the statements of other rooms and of packs."""


def not_blocked(one: str, other: str) -> str:
    """SQL of the condition that neither of two people blocks the other, for a statement's WHERE.

    Both are expressions of a statement: a parameter or a column, such as `:viewer` and `c.user_id`; nobody is blocked
    where one is null. In a request's transaction one of them is its viewer: blocks between others are not seen there,
    and blocks of the viewer are seen in a transaction of the viewer alone.
    """
    return f"""(
        not exists (select from core.blocks x where x.user_id = {one} and x.blocked_id = {other})
        and not exists (select from core.blocks x where x.user_id = {other} and x.blocked_id = {one})
    )"""
