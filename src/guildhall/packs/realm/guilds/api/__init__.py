"""The endpoints of guilds."""
