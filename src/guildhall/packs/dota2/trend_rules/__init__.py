"""Rules that notify a user when a rank or a win rate moves."""
