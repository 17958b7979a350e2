"""Leaderboards: scores of members on boards that packs declare, their ranks, and what is around them."""
