"""Purposes of draws: the first part of every dice key, so that no two uses share numbers."""

ACCOUNT_ID = 1
PERSONA = 2
AVATAR = 3
HERO_POOL = 4
SESSIONS = 5
MATCH = 6
COMPANIONS = 7
DRAFT = 8
PERFORMANCE = 9
STRANGERS = 10
HERO_META = 11
BENCHMARK = 12
HERO_SCORE = 13
TEAMS = 14
