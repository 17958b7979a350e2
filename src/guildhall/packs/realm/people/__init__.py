"""Characters, and the succession of those who lead."""
