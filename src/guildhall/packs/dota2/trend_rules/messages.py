"""Messages of trend rules."""

from datetime import datetime
from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.packs.dota2.ids import RuleId


class AnalyseMetaTrends(Message, frozen=True):
    """Add what has changed since the last time to the heroes' daily figures, then judge the trend rules."""

    name: ClassVar[str] = "dota2.analyse_meta_trends"
    unique: ClassVar[bool] = True


class TrendRuleFired(Message, frozen=True):
    """A rule's condition has been met. `change` is a share for win rates, stars for ranks."""

    name: ClassVar[str] = "dota2.trend_rule_fired"

    rule_id: RuleId
    kind: str
    subject: int
    """Hero or account."""
    change: float
    fired_at: datetime
