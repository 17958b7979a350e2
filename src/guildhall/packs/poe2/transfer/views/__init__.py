"""Reads of transfers that several statements make up."""
