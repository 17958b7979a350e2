"""Group commit: the rows of all callers of a process in one statement and one commit."""
