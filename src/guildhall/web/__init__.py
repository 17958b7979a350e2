"""Parts that every HTTP route shares: problems, limits, cached answers, health, metrics, documentation."""
