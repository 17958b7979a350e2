"""Wars between guilds, and territories."""
