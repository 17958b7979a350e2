"""The ids of notify's rows, each a type of its own."""

from typing import NewType
from uuid import UUID

BatchId = NewType("BatchId", UUID)
DeliveryId = NewType("DeliveryId", UUID)
NotificationId = NewType("NotificationId", UUID)
WebhookId = NewType("WebhookId", UUID)
