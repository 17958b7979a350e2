"""What workers do for builds."""

from guildhall.pack import WorkerPart
from guildhall.packs.poe2.builds import messages

WORKER = WorkerPart(
    messages=(
        messages.BuildPublished,
        messages.BuildVersionAdded,
        messages.BuildChanged,
        messages.BuildUnpublished,
        messages.BuildDeleted,
    )
)
