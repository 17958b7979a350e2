"""Statements about characters, their snapshots and their builds."""
