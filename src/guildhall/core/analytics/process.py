"""The objects of events that web processes and workers both hold."""

from guildhall.core.analytics.events import SCREEN_VIEWED
from guildhall.core.analytics.exports import EXPORTS
from guildhall.core.analytics.recorder import Recorder
from guildhall.core.analytics.roll_ups import RollUps
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(services=(RollUps, Recorder), exports=EXPORTS, events=(SCREEN_VIEWED,))
