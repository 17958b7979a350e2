"""Players: profile, record, heroes."""
