"""The number of an account's credentials, held while what somebody knows of it is acted upon."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.identity.ids import ApiTokenId, SessionId
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(int, "select credentials from core.users where id = :id for no key update")
def hold_for_change(id: UserId) -> None: ...


@rows(int, "select credentials from core.users where id = :id for share")
def hold_for_sign_in(id: UserId) -> None: ...


@rows(
    bool,
    """
    select password_changed_at is null or password_changed_at <= :begun as good from core.users where id = :id
    for share
    """,
    proven=("good",),
)
def begun_since_change(id: UserId, begun: datetime) -> None: ...


@command("update core.users set credentials = credentials + 1 where id = :id")
def note_change(id: UserId) -> None: ...


@command("delete from core.totp where user_id = :user and confirmed_at is null")
def drop_second_factor_begun(user: UserId) -> None: ...


@rows(SessionId, "select id from core.sessions where id = :id and ended_at is null and expires_at > :now")
def session_lives(id: SessionId, now: datetime) -> None: ...


@rows(
    ApiTokenId,
    """
    select id from core.api_tokens
    where id = :id and revoked_at is null and (expires_at is null or expires_at > :now)
    """,
)
def token_lives(id: ApiTokenId, now: datetime) -> None: ...


class Proofs(Struct, frozen=True):
    """The means by which a signed-in person can prove once more who they are."""

    email: str | None
    password_hash: str | None
    signed_in_at: datetime | None
    credentials: int

    def __repr__(self) -> str:
        return "Proofs(…)"


@rows(
    Proofs,
    """
    select u.email, u.password_hash,
           (select s.created_at from core.sessions s where s.id = :session and s.ended_at is null) as signed_in_at,
           u.credentials
    from core.users u
    where u.id = :user
    """,
)
def proofs_for(user: UserId, session: SessionId | None) -> None: ...


@command("update core.users set password_hash = :new_hash where id = :id and password_hash = :old_hash")
def upgrade_password(id: UserId, old_hash: str, new_hash: str) -> None:
    """Replace a password's hash, unless the password was changed since it was verified."""


@rows(
    int,
    """
    select (select count(*) from core.identities where user_id = u.id)
         + (select count(*) from core.passkeys where user_id = u.id)
         + (u.password_hash is not null)::int
    from core.users u where u.id = :id
    """,
)
def ways_in(id: UserId) -> None: ...


@rows(UserId, "select id from core.users where id = :id for update")
def lock_user(id: UserId) -> None: ...


@command("delete from core.email_tokens where user_id = :user")
def drop_all_links(user: UserId) -> None: ...


class Challenge(Struct, frozen=True):
    """A proof that is under way: whose it is, where that is known already, and what is to be signed."""

    user_id: UserId | None
    challenge: bytes | None
    credentials: int | None
    created_at: datetime


@command(
    """
    insert into core.sign_in_challenges (token_hash, kind, user_id, challenge, created_at, expires_at, credentials)
    values (:token_hash, :kind, :user, :challenge, :now, :expires_at, :credentials)
    """,
)
def add_challenge(
    token_hash: bytes,
    kind: str,
    user: UserId | None,
    challenge: bytes | None,
    now: datetime,
    expires_at: datetime,
    credentials: int | None,
) -> None: ...


@rows(
    Challenge,
    """
    update core.sign_in_challenges set tries = tries + 1
    where token_hash = :token_hash and kind = :kind and expires_at > :now and tries < :tries
    returning user_id, challenge, credentials, created_at
    """,
)
def try_challenge(token_hash: bytes, kind: str, now: datetime, tries: int) -> None:
    """Counted and committed before the code is looked at: many connections at once have no more tries than one."""


@rows(
    Challenge,
    """
    delete from core.sign_in_challenges where token_hash = :token_hash and kind = :kind and expires_at > :now
    returning user_id, challenge, credentials, created_at
    """,
)
def take_challenge(token_hash: bytes, kind: str, now: datetime) -> None: ...


@command("delete from core.sign_in_challenges where expires_at < :now")
def tidy_challenges(now: datetime) -> None: ...
