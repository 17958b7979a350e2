"""The archive of old messages."""
