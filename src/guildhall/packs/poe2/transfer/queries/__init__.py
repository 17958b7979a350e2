"""Statements about imported records, and the rows of an export file."""
