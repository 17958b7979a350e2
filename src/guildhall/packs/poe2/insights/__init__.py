"""Insights: the meta in figures, the dashboard, progress and play patterns."""
