"""Reads of insights that several statements make up."""
