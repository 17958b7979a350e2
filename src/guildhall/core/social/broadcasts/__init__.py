"""Notices to all who follow somebody."""
