"""Moderation: reports and word filters."""
