"""Calculation without I/O of the realm pack."""
