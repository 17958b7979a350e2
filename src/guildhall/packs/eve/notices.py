"""The kinds of notifications that the pack sends, and the switches of the user's settings that turn them off."""

from guildhall.core.notify.schemas import NoticeKind

_HOUR = 3600.0

KINDS = (
    NoticeKind("skill_complete", "Skill trained", "{count} skills trained", "notify_skill_complete"),
    NoticeKind(
        "skill_queue_ending", "Skill queue ends soon", "{count} skill queues end soon", "notify_skill_complete",
        max_age=12 * _HOUR,
    ),
    NoticeKind(
        "skill_queue_empty", "Skill queue is empty", "{count} skill queues are empty", "notify_skill_complete",
        max_age=12 * _HOUR,
    ),
    NoticeKind("market_order_filled", "Market order filled", "{count} market orders filled", "notify_market_orders"),
    NoticeKind("market_order_expired", "Market order expired", "{count} market orders expired", "notify_market_orders"),
    NoticeKind("industry_job_complete", "Industry job done", "{count} industry jobs done", "notify_industry_jobs"),
    NoticeKind(
        "pi_extractor_expired", "Extractors stopped", "Extractors of {count} characters stopped",
        "notify_pi_extractors",
    ),
    NoticeKind("eve_mail_received", "EVE mail", "{count} EVE mails", "notify_eve_mail"),
    NoticeKind(
        "token_needs_authorisation", "Access to a character has ended", "Access to {count} characters has ended",
        max_age=72 * _HOUR,
        urgent=True,
    ),
    NoticeKind(
        "character_sold", "A character has another owner", "{count} characters have other owners",
        max_age=72 * _HOUR,
        urgent=True,
    ),
)  # fmt: skip
