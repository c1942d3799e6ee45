"""`usance ledger balance`, `statement`, `close`, `reverse`, `verify-close`: the ledger's past.

Closing and reversing are proposed here in somebody's name; another person of the same party
approves them, through the API and with a key of their own.
"""

import sys
from datetime import timedelta
from typing import Final
from uuid import UUID

from usance.api.ledger_past import BALANCE, STATEMENT, past_balance, past_statement
from usance.cli.acting import propose
from usance.cli.moments import day_of, end_of
from usance.cli.refusing import REFUSED, option
from usance.cli.voice import Words, says
from usance.kernel.errors import Code, NotFound
from usance.kernel.ids import TransferId
from usance.kernel.money import Currency, Money
from usance.kernel.records import encode
from usance.ledger import service
from usance.ledger.model import Account, Balance, Limit, Movement, MovementKind
from usance.ledger.service import find_accounts as find
from usance.runtime.database import Connection
from usance.runtime.reading import last_position, position_at
from usance.worker.session import Place, opened

_MONTH: Final = timedelta(days=30)
_HEAD: Final = {
    Words.EN: ("debits posted", "credits posted", "debits pending", "credits pending"),
    Words.ZH: ("借方已记", "贷方已记", "借方待定", "贷方待定"),
}
_SAID: Final = {
    Words.EN: {
        "account": "Account {0}, {1} {2}",
        "by": " by {0}",
        "known": "{0}{1}, as known at fact {2}",
        "days": "{0}, {1} to {2}, as known at fact {3}",
        "debit": "net debit",
        "credit": "net credit",
        "available": "available",
        "heads": ("value date", "fact", "what"),
        "opening": "opening",
        "closing": "closing",
    },
    Words.ZH: {
        "account": "账户 {0},{1} {2}",
        "by": "(截至 {0})",
        "known": "{0}{1},以事实 {2} 为准",
        "days": "{0},{1} 至 {2},以事实 {3} 为准",
        "debit": "借方净额",
        "credit": "贷方净额",
        "available": "可用",
        "heads": ("起息日", "事实", "事项"),
        "opening": "期初",
        "closing": "期末",
    },
}
_MARKS: Final = {
    MovementKind.POSTED: ("", ""),
    MovementKind.HELD: (", reserved", ",已冻结"),
    MovementKind.HOLD_POSTED: (", reserved before", ",此前冻结"),
    MovementKind.HOLD_VOIDED: (", given back", ",已解冻"),
    MovementKind.HOLD_EXPIRED: (", ran out", ",已过期"),
}
NOT_YET: Final = Code(
    "no_such_fact_yet",
    422,
    "{field}: the book has no fact {value}.",
    "{field}:账簿中还没有事实 {value}。",
    "Name one it has, or leave the option out for what is known now.",
    "请指定已有的事实,或省略该选项以查询当前状态。",
)


async def print_balance(
    place: Place, number: int, on: str, at: str, *, as_json: bool, language: Words = Words.EN
) -> None:
    """Print what an account held by a day, as the book knew it at a fact or a moment."""
    day = day_of("--on", on) if on else None
    async with opened(place) as session, session.pool.acquire() as connection:
        account = await _account(connection, number)
        known = await _known(connection, at)
        found = await service.balance_as_of(connection, account, day, known)
    if as_json:
        sys.stdout.write(BALANCE.model_validate(past_balance(found)).model_dump_json() + "\n")
        return
    said = _SAID[language]
    when = _filled(said["by"], found.value_date) if found.value_date else ""
    head = _filled(said["known"], _named(account, language), when, found.position)
    sys.stdout.write(f"{head}\n")
    sums = zip(_HEAD[language], _amounts(found.balance, account.currency), strict=True)
    for title, amount in (*sums, *_net(account, found.balance, language)):
        sys.stdout.write(f"  {title:<15} {amount:>20}\n")


def _filled(words: object, *values: object) -> str:
    return str(words).format(*values)


def _net(account: Account, balance: Balance, language: Words) -> tuple[tuple[str, str], ...]:
    """Return what a balance comes to, and how much of it nothing pending lays claim to.

    Both on the side that the account's limit guards, or else on the one that is the larger.
    """
    net = service.net_debit(balance)
    by_debit = account.balance_limit is Limit.CREDITS_MUST_NOT_EXCEED_DEBITS or (
        account.balance_limit is Limit.NONE and net >= 0
    )
    side = net if by_debit else -net
    claimed = balance.credits_pending if by_debit else balance.debits_pending
    said = _SAID[language]
    return (
        (str(said["debit" if by_debit else "credit"]), str(Money(side, account.currency))),
        (str(said["available"]), str(Money(side - claimed, account.currency))),
    )


async def print_account_statement(
    place: Place,
    number: int,
    since: str,
    until: str,
    at: str,
    *,
    as_json: bool,
    language: Words = Words.EN,
) -> None:
    """Print an account over days of value; without days, the thirty up to the book's today."""
    async with opened(place) as session:
        last = day_of("--until", until) if until else (await session.now()).date()
        first = day_of("--since", since) if since else last - _MONTH
        async with session.pool.acquire() as connection:
            account = await _account(connection, number)
            known = await _known(connection, at)
            with option("--until", "last_day"):
                told = await service.account_statement(connection, account, first, last, known)
    if as_json:
        sys.stdout.write(STATEMENT.model_validate(past_statement(told)).model_dump_json() + "\n")
        return
    said = _SAID[language]
    who = _named(account, language)
    head = _filled(said["days"], who, told.first_day, told.last_day, told.position)
    sys.stdout.write(f"{head}\n")
    heads = "".join(f"{title:>20}" for title in _HEAD[language])
    value_date, fact, what = said["heads"]
    sys.stdout.write(f"{value_date:<12}{fact:>8}  {what:<36}{heads}\n")
    _line(str(said["opening"]), "", "", told.opening, account.currency)
    for line in told.lines:
        what = f"{line.code}{_MARKS[line.kind][language is Words.ZH]}"
        _line(line.value_date.isoformat(), str(line.position), what, line, account.currency)
    _line(str(said["closing"]), "", "", told.closing, account.currency)


async def propose_close(
    place: Place,
    day: str,
    by: str,
    reason: str,
    *,
    as_json: bool = False,
    language: Words = Words.EN,
) -> None:
    """Propose in a user's name to close all value dates up to and with a day."""
    body = service.ClosePeriod(day_of("DAY", day))
    async with opened(place) as session:
        await propose(session, by, "close_period", body, reason, as_json=as_json, language=language)


async def propose_reversal(
    place: Place,
    transfers: list[str],
    fact: int | None,
    by: str,
    value_date: str,
    reason: str,
    *,
    as_json: bool = False,
    language: Words = Words.EN,
) -> None:
    """Propose in a user's name to reverse transfers, or all of a fact."""
    with option("TRANSFERS"):
        ids = tuple(UUID(int=TransferId(each).int) for each in transfers)
        service.require_named(fact, ids)
    async with opened(place) as session:
        day = day_of("--value-date", value_date) if value_date else (await session.now()).date()
        body = service.ReverseTransfers(day, reason, fact, ids)
        await propose(
            session, by, "reverse_transfers", body, reason, as_json=as_json, language=language
        )


async def verify_close(place: Place, *, as_json: bool, language: Words = Words.EN) -> int:
    """Add every closed period up anew; say one sentence for each, return 1 where one differs."""
    async with opened(place) as session, session.pool.acquire() as connection:
        verdicts = await service.verify_periods(connection)
    if as_json:
        sys.stdout.write(encode(verdicts).decode() + "\n")
    elif not verdicts:
        none = says("No period of {0} is closed.\n", "{0} 没有已关闭的账期。\n", language)
        sys.stdout.write(none.format(place.book))
    else:
        for verdict in verdicts:
            sys.stdout.write(_sentence(verdict, language) + "\n")
    return REFUSED if any(verdict.differs for verdict in verdicts) else 0


def _sentence(verdict: service.Verdict, language: Words) -> str:
    period = verdict.period
    if verdict.differs:
        differs = says(
            "The period up to {0} is not what was closed: {1}.",
            "截至 {0} 的账期与关闭时不一致:{1}。",
            language,
        )
        return differs.format(period.day, verdict.differs)
    said = says(
        "The period up to {0} is as it was closed: {1} accounts, transfers up to fact {2}, {3}.",
        "截至 {0} 的账期与关闭时一致:{1} 个账户,分录截至事实 {2},{3}。",
        language,
    )
    return said.format(period.day, period.accounts, period.position, period.digest)


async def _account(connection: Connection, number: int) -> Account:
    found = await find.account(connection, number)
    if found is None:
        raise NotFound("account", str(number))
    return found.account


async def _known(connection: Connection, at: str) -> int | None:
    """Return the position that is meant: a fact's number, or the last one at a moment."""
    if not at:
        return None
    if not (at.isascii() and at.isdecimal()):
        return await position_at(connection, end_of("--at", at))
    last = await last_position(connection)
    if len(at) > len(str(last)) or int(at) > last:
        raise NOT_YET.invalid("--at", f"{at[:20]}; the last is {last}")
    return int(at)


def _named(account: Account, language: Words) -> str:
    words = _SAID[language]["account"]
    return _filled(words, account.number, account.kind, account.currency)


def _amounts(of: Balance | Movement, currency: Currency) -> list[str]:
    sums = (of.debits_posted, of.credits_posted, of.debits_pending, of.credits_pending)
    return [str(Money(minor, currency)) for minor in sums]


def _line(first: str, fact: str, what: str, sums: Balance | Movement, currency: Currency) -> None:
    amounts = "".join(f"{amount:>20}" for amount in _amounts(sums, currency))
    sys.stdout.write(f"{first:<12}{fact:>8}  {what:<36}{amounts}\n")
