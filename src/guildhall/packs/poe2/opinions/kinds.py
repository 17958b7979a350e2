"""The kinds of notifications about opinions."""

from guildhall.core.notify.kinds import NoticeKind

REVIEWED = NoticeKind("poe2.build_reviewed", "A build of yours was reviewed", "{count} reviews of your builds")
COMMENTED = NoticeKind("poe2.build_commented", "A comment on a build of yours", "{count} comments on your builds")
ANSWERED = NoticeKind("poe2.comment_answered", "Your comment was answered", "{count} answers to your comments")
