"""The players that are kept fresh, and how far each is synced."""
