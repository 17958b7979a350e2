"""Jobs of the market."""

from collections.abc import Mapping

from guildhall.pack import WorkerPart
from guildhall.packs.poe2.market.actions.prices import TABLE
from guildhall.packs.poe2.settings import Poe2Settings


def _keep_months(settings: Poe2Settings) -> Mapping[str, int]:
    return {} if settings.keep_price_months is None else {TABLE: settings.keep_price_months}


WORKER = WorkerPart(keep_months=_keep_months)
