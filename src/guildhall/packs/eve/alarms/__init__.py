"""Alarms: notifications of what is about to happen."""
