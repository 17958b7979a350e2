"""Notifications: a log, preferences, channels."""
