"""The actions of guilds."""
