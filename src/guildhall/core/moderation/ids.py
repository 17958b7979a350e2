"""Ids of moderation."""

from typing import NewType
from uuid import UUID

ReportId = NewType("ReportId", UUID)
AuditEntryId = NewType("AuditEntryId", UUID)
