"""The statements of guilds."""
