"""Guilds: members, invitations and progress."""
