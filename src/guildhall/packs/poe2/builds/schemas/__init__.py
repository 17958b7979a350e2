"""Structs of builds."""
