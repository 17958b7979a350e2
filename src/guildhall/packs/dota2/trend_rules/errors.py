"""Errors of trend rules."""

from uuid import UUID

from guildhall.errors import NotFound


class RuleNotFound(NotFound):
    says = "Trend rule not found: you have no trend rule {rule_id}."
    rule_id: UUID
