"""Sanctions: mutes, bans and deleted messages."""
