"""The end of guilds: disbanding, and the departure of members, the last of whom disbands."""
