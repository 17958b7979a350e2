"""Structs of the market: what poe2scout gives, rows, and answers."""
