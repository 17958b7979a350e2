"""What every HTTP entrance shares: problems, limits, cached answers, health, metrics, documentation."""
