"""Revisions of the reports and the audit log."""
