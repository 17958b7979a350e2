"""Ids of moderation."""

from typing import NewType
from uuid import UUID

ReportId = NewType("ReportId", UUID)
"""The id of a report, `core.reports`."""
AuditEntryId = NewType("AuditEntryId", UUID)
"""The id of an entry of the audit, `core.audit_log`."""
