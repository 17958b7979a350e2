"""Skills, the skill queue and attributes."""
