"""The kinds of activities and notifications of authors."""

from guildhall.pack import ProcessPart
from guildhall.packs.poe2.authors.kinds import FOLLOWED, NEW_VERSION, PUBLISHED

PROCESS = ProcessPart(activities=(PUBLISHED, NEW_VERSION), notices=(FOLLOWED,))
