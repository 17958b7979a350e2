"""Draws of luck: every outcome comes from a recorded seed, and can be computed again."""
