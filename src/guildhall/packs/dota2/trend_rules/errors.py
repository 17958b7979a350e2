"""Errors of trend rules."""

from guildhall.errors import NotFound
from guildhall.packs.dota2.ids import RuleId


class RuleNotFound(NotFound):
    says = "Trend rule not found: you have no trend rule {rule_id}."
    rule_id: RuleId
