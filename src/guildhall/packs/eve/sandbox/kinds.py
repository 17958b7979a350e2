"""Purposes of draws: the first part of every dice key, so that no two uses share numbers."""

PILOT = 1
SKILLS = 2
QUEUE = 3
MAIL = 4
ORDERS = 5
JOBS = 6
COLONIES = 7
WALLET = 8
PLACE = 9
NOTIFICATIONS = 10
MARKET = 11
PRICES = 12
HISTORY = 13
FAMILY = 14
