"""Statements about builds."""
