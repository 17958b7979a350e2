"""The part of matches that workers hold."""

from collections.abc import Mapping

from guildhall.pack import WorkerPart
from guildhall.packs.dota2.matches.actions import TABLE
from guildhall.packs.dota2.settings import Dota2Settings


def _keep_months(settings: Dota2Settings) -> Mapping[str, int]:
    return {} if settings.keep_match_months is None else {TABLE: settings.keep_match_months}


WORKER = WorkerPart(keep_months=_keep_months)
