"""Calculations about builds."""
