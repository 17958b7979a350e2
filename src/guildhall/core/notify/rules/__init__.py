"""Calculations: what a message says, when quiet hours end, when to try again."""
