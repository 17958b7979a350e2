"""What of a person's rows goes into the export of an account."""

from guildhall.core.identity.schemas import Export

EXPORTS: tuple[Export, ...] = ()
