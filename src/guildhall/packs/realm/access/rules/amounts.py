"""The largest amounts, the same at every door."""

AMOUNT_MOST = 10**18
"""Copper of a treasury, contribution to a guild. It bounds what is added; what is above it already may fall."""
TOTAL_MOST = 10**15
"""Damage and healing of one person in one raid: the sum over a raid fits a bigint."""
EXPERIENCE_MOST = 2**63 - 1
"""A character's experience."""
DEATHS_MOST = 1_000_000
