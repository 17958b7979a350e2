"""Accounts as a whole: their names, roles, settings, suspension, deletion and export."""
