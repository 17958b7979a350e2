"""Import and export of game servers' SQLite files."""
