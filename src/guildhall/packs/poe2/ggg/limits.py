"""The limits of the API, shared by all processes: a call is permitted and counted before it is sent.

The policy's row is locked while that is decided, so two processes cannot take the last place of a window.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId, uuid7
from guildhall.log import get_logger
from guildhall.packs.poe2.ggg.errors import AccountLimited, GggLimited
from guildhall.packs.poe2.ggg.queries import limits as queries
from guildhall.packs.poe2.ggg.rules.headers import Rule, Told, Window
from guildhall.packs.poe2.ggg.rules.windows import UNKNOWN, Hit, longest_window, made_by_others, refusal
from guildhall.packs.poe2.ggg.schemas import Windows
from guildhall.packs.poe2.ids import GggCallId

log = get_logger(__name__)
_UNLIMITED = "no limits told"
"""The policy of routes whose answers tell no limits."""
_ON_THE_WAY = 30.0
"""Seconds that a call which nobody waits for any more may take to reach the API."""
_KEPT = 3600.0
"""Seconds that ended calls of a policy without windows stay."""


class Permit(Struct, frozen=True):
    """A call that was permitted: the policy it counts under, and when it was, by the database's clock."""

    id: GggCallId
    policy: str
    reserved: float
    user_id: UserId


class GggLimits:
    """Permits calls, and learns the limits from answers. One for each process; PostgreSQL has what all share."""

    def __init__(self, db: Database, reserve: float, lost_after: float) -> None:
        self._db = db
        self._reserve = reserve
        self._lost_after = lost_after
        self._policies: dict[str, str] = {}

    async def take(self, route: str, user_id: UserId, *, interactive: bool) -> Permit:
        """Permit a call of a route for an account. Raises GggLimited, AccountLimited."""
        while True:
            policy = await self._policy(route)
            async with self._db.write() as tx:
                permit = await self._permit(tx, route, policy, user_id, interactive)
            if permit is not None:
                return permit

    async def _permit(
        self, tx: Transaction, route: str, policy: str | None, user_id: UserId, interactive: bool
    ) -> Permit | None:
        """Permit a call; None when the route has got a policy meanwhile. Raises GggLimited, AccountLimited."""
        name = policy or f"not told: {route}"
        rules = await self._locked(tx, name)
        if (left := await queries.halted_for.one(tx, name)) is not None:
            raise _limited(GggLimited, left)
        if (left := await queries.account_halted_for.one(tx, name, user_id)) is not None:
            raise _limited(AccountLimited, left)
        hits, now = await self._hits(tx, name, longest_window(rules))
        # Only now: the first answer moves its call to the policy that it tells, in one transaction with the route.
        if policy is None and await queries.policy_of_route.one_or_none(tx, route) is not None:
            return None
        no = refusal(hits, rules, user_id, reserve=self._reserve, interactive=interactive, now=now)
        if no is not None:
            raise _limited(AccountLimited if no.of_account else GggLimited, no.seconds)
        call = GggCallId(uuid7())
        return Permit(call, name, await queries.reserve.one(tx, call, name, user_id), user_id)

    async def answered(self, route: str, permit: Permit, told: Told | None, *, status: int, wait: int | None) -> None:
        """Note that the answer of a call has come: what it told of the limits, and a pause that it asked for."""
        unlimited = told is None and status < 400
        policy = told.policy if told is not None else _UNLIMITED if unlimited else permit.policy
        async with self._db.write() as tx:
            rules = await self._locked(tx, policy, () if unlimited else told.rules if told is not None else UNKNOWN)
            if told is None and status == 401:  # refused before anybody counted
                await queries.drop_call.run(tx, permit.id)
            else:
                await queries.end_call.run(tx, permit.id, policy, 0.0)
            if told is not None:
                await self._learn(tx, permit, told, rules)
            if told is not None or unlimited:
                await queries.save_route.run(tx, route, policy)
                self._policies[route] = policy
            if status == 429:
                await self._halt(tx, permit, told, policy, wait)
            await queries.forget_calls.run(tx, policy, float(longest_window(rules)) or _KEPT, self._lost_after)
            await queries.forget_halts.run(tx)

    async def unanswered(self, permit: Permit) -> None:
        """Note that a call has ended without an answer: the API may have counted it, or count it yet."""
        async with self._db.write() as tx:
            await queries.end_call.run(tx, permit.id, permit.policy, _ON_THE_WAY)

    async def not_sent(self, permit: Permit) -> None:
        """Give a permit back whose call was not sent."""
        async with self._db.write() as tx:
            await queries.drop_call.run(tx, permit.id)

    async def _policy(self, route: str) -> str | None:
        """The policy of a route; None while no answer has told it."""
        if route not in self._policies:
            async with self._db.read() as tx:
                self._policies.update(await queries.policies_of_routes.many(tx))
        return self._policies.get(route)

    async def _locked(self, tx: Transaction, policy: str, at_first: Sequence[Rule] = UNKNOWN) -> list[Rule]:
        """Lock a policy, and return its rules."""
        found = await queries.locked_policy.one_or_none(tx, policy)
        if found is None:
            await queries.add_policy.run(tx, policy, _stored(at_first))
            found = await queries.locked_policy.one(tx, policy)
        return [Rule(name, tuple(Window(*one) for one in windows)) for name, windows in found.rules.items()]

    async def _hits(self, tx: Transaction, policy: str, seconds: int) -> tuple[list[Hit], float]:
        rows = await queries.calls_that_count.many(tx, policy, float(seconds), self._lost_after)
        hits = [
            Hit(float("inf") if row.ended is None else row.ended, row.user_id, row.rule, row.weight) for row in rows
        ]
        return hits, rows[0].now if rows else 0.0

    async def _learn(self, tx: Transaction, permit: Permit, told: Told, known: list[Rule]) -> None:
        """Take over the rules and penalties that an answer told, and count what others have used of the windows."""
        if _stored(told.rules) != _stored(known):
            await queries.save_rules.run(tx, told.policy, _stored(told.rules))
        hits, _ = await self._hits(tx, told.policy, longest_window(told.rules))
        for rule, missing in made_by_others(hits, told, permit.user_id, permit.reserved):
            await queries.add_foreign.run(tx, GggCallId(uuid7()), told.policy, permit.user_id, rule.name, missing)
        for rule in told.rules:
            left = max((one.penalty_left for one in rule.standings), default=0)
            if left > 0:
                await queries.halt.run(tx, told.policy, permit.user_id if rule.of_account else None, float(left + 1))

    async def _halt(self, tx: Transaction, permit: Permit, told: Told | None, policy: str, wait: int | None) -> None:
        """Pause after a 429: the account alone where only a rule of accounts has a penalty."""
        penalised = [rule for rule in told.rules if any(one.penalty_left for one in rule.standings)] if told else []
        alone = bool(penalised) and all(rule.of_account for rule in penalised)
        seconds = float(60 if wait is None else max(1, wait)) + 1
        await queries.halt.run(tx, policy, permit.user_id if alone else None, seconds)
        log.warning("ggg_limited", policy=policy, seconds=seconds, of_account=alone)


def _stored(rules: Iterable[Rule]) -> Windows:
    return {rule.name: [(one.hits, one.seconds, one.penalty) for one in rule.windows] for rule in rules}


def _limited(kind: type[GggLimited], seconds: float) -> GggLimited:
    return kind(retry_after=max(1, int(seconds) + 1))
