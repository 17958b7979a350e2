"""The core features that are wired as packs are: each a slice that is always on, bottom up."""

from guildhall.core.achievements.feature import ACHIEVEMENTS
from guildhall.core.analytics.feature import ANALYTICS
from guildhall.core.boards.feature import BOARDS
from guildhall.core.draws.feature import DRAWS
from guildhall.core.fresh.feature import FRESH
from guildhall.core.identity.feature import IDENTITY
from guildhall.core.ledger.feature import LEDGER
from guildhall.core.limits.feature import LIMITS
from guildhall.core.moderation.feature import MODERATION
from guildhall.core.monitoring.feature import MONITORING
from guildhall.core.notify.feature import NOTIFY
from guildhall.core.realtime.feature import REALTIME
from guildhall.core.social.feature import SOCIAL
from guildhall.core.storage.feature import STORAGE
from guildhall.core.vault.feature import VAULT
from guildhall.pack import Slice

FEATURES: tuple[Slice, ...] = (
    VAULT,
    IDENTITY,
    LEDGER,
    DRAWS,
    STORAGE,
    MODERATION,
    MONITORING,
    BOARDS,
    FRESH,
    REALTIME,
    NOTIFY,
    LIMITS,
    SOCIAL,
    ANALYTICS,
    ACHIEVEMENTS,
)
