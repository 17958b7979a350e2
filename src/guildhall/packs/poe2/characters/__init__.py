"""Characters of linked accounts: shown live, watched, and remembered in snapshots."""
