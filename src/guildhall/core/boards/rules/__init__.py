"""The arithmetic of leaderboards, without I/O."""
