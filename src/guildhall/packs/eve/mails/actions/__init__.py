"""Fetching of mail, and its notifications."""
