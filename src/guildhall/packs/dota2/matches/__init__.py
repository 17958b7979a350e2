"""Players' matches."""
