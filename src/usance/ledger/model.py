"""The nouns of the ledger: the chart of accounts, accounts, transfers, holds, entries.

A transfer has one debit, one credit and one positive amount, so it cannot be unbalanced.
Words: *posted* is what counts, *pending* what is reserved; a hold is a pending transfer that
will be posted (whole or in part), voided or expires.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, Literal
from uuid import UUID

import msgspec

from usance.kernel.money import Currency
from usance.kernel.records import Record, Whole
from usance.parties.model import OPERATOR


class AccountClass(StrEnum):
    """Where an account stands in the books."""

    ASSET = "asset"
    LIABILITY = "liability"
    POSITION = "position"
    INCOME = "income"
    EXPENSE = "expense"
    MEMORANDUM = "memorandum"


class Limit(StrEnum):
    """What an account's balance may never do, holds included."""

    NONE = "none"
    DEBITS_MUST_NOT_EXCEED_CREDITS = "debits_must_not_exceed_credits"
    CREDITS_MUST_NOT_EXCEED_DEBITS = "credits_must_not_exceed_debits"


class Kind(Record, frozen=True):
    """One line of the chart of accounts.

    owner: whose account it is, as a role of the entry (`seller`, `funder`, `rail`, `operator`).
    by_obligor, by_facility: whether there is one for each, so that exposure is a balance.
    """

    name: str
    account_class: AccountClass
    owner: str
    en: str
    zh: str
    balance_limit: Limit = Limit.NONE
    by_obligor: bool = False
    by_facility: bool = False


_A, _L, _P = AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.POSITION
_I, _X, _M = AccountClass.INCOME, AccountClass.EXPENSE, AccountClass.MEMORANDUM
_COVERED = Limit.DEBITS_MUST_NOT_EXCEED_CREDITS

CHART: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("rail_receivable", _A, "rail", "What a rail owes us", "应收通道款"),
        Kind("nostro", _A, "operator", "Client money at our bank", "客户备付金存款"),
        Kind("nostro_own", _A, "operator", "Our own money at our bank", "自有资金存款"),
        Kind(
            "advance_principal",
            _A,
            "funder",
            "Advances outstanding, by facility and obligor",
            "未偿融资本金",
            by_obligor=True,
            by_facility=True,
        ),
        Kind(
            "advance_fee",
            _A,
            "funder",
            "Fees owed on advances, by facility and obligor",
            "应收融资费用",
            by_obligor=True,
            by_facility=True,
        ),
        Kind("owed_by_seller", _A, "seller", "What a seller owes us", "应收卖家款"),
        Kind(
            "seller_pending",
            _L,
            "seller",
            "A seller's sales the rail has not yet settled",
            "卖家待结算款",
            _COVERED,
        ),
        Kind("seller_settling", _L, "seller", "Within a settlement", "卖家结算中款", _COVERED),
        # Also what a payee of a split may draw: a supplier, a carrier, another seller.
        Kind("seller_available", _L, "seller", "A seller may draw", "卖家可用款", _COVERED),
        Kind(
            "escrow",
            _L,
            "seller",
            "Held for a payee until a condition is met",
            "条件未满足前的托管款",
            _COVERED,
        ),
        Kind("seller_reserve", _L, "seller", "Held back from a seller", "卖家保证金", _COVERED),
        Kind("funder_available", _L, "funder", "A funder may lend", "资金方可用款", _COVERED),
        Kind("funder_deployed", _L, "funder", "A funder has lent", "资金方已投放款", _COVERED),
        Kind("fee_unearned", _L, "funder", "Fees charged, not yet earned", "未实现融资费收入"),
        Kind("fee_accrued", _L, "funder", "Fees earned, not yet paid", "已实现未收融资费"),
        Kind("suspense_blocked", _L, "operator", "Received and blocked", "冻结暂收款"),
        Kind("suspense_unmatched", _L, "operator", "Received, whose is unknown", "待查暂收款"),
        Kind("fx_position", _P, "operator", "Open position in a currency", "外汇敞口"),
        Kind("fee_income", _I, "operator", "Our fees", "手续费收入"),
        Kind("fx_spread_income", _I, "operator", "Our spread on conversions", "汇差收入"),
        Kind("fx_result", _X, "operator", "Gain or loss from covering", "汇兑损益"),
        Kind("bank_losses", _X, "operator", "Taken by banks, borne by us", "银行扣款损失"),
        Kind("limit_granted", _M, "funder", "Limits in use (contra)", "已用额度", by_facility=True),
        Kind(
            "headroom",
            _M,
            "funder",
            "What a facility may still advance on an obligor",
            "剩余额度",
            _COVERED,
            by_facility=True,
        ),
        Kind("fx_locked", _M, "seller", "May still be sold at locked rates", "锁汇未用卖出额"),
        Kind("fx_promised", _M, "seller", "Promised for it at locked rates", "锁汇承诺支付额"),
        Kind("fx_lock_contra", _M, "operator", "Rates locked (contra)", "锁汇备查"),
        Kind("raw", _M, "program", "Kept by programs under ids of their own", "程序自管账户"),
    )
}


class Ref(Record, frozen=True):
    """How the rest of the house names an account; the ledger knows it by number."""

    kind: str
    currency: Currency
    owner: UUID
    obligor: UUID | None = None
    facility: UUID | None = None


class Account(Record, frozen=True):
    """An account. Never changed once opened; its balance is a row of its own."""

    number: int
    kind: str
    currency: Currency
    owner: UUID
    obligor: UUID | None
    facility: UUID | None
    balance_limit: Limit
    opened_at: datetime


class Balance(Record, frozen=True):
    """What an account's transfers add up to, in minor units. Derived: transfers are the truth."""

    number: int
    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0


class Flags:
    """What a transfer does besides moving money at once: bits of its `flags`.

    Plain integers, because this is asked several times for every transfer.
    """

    NONE: Final = 0
    LINKED: Final = 1
    PENDING: Final = 2
    POST_PENDING: Final = 4
    VOID_PENDING: Final = 8
    BALANCING_DEBIT: Final = 16
    BALANCING_CREDIT: Final = 32
    CLOSING_DEBIT: Final = 64
    CLOSING_CREDIT: Final = 128
    RESOLVING: Final = POST_PENDING | VOID_PENDING
    BALANCING: Final = BALANCING_DEBIT | BALANCING_CREDIT
    CLOSING: Final = CLOSING_DEBIT | CLOSING_CREDIT
    ALL: Final = 255


class AccountFlags:
    """How an account made under a caller's own id behaves: bits of its `flags`."""

    NONE: Final = 0
    LINKED: Final = 1
    DEBITS_MUST_NOT_EXCEED_CREDITS: Final = 2
    CREDITS_MUST_NOT_EXCEED_DEBITS: Final = 4
    CLOSED: Final = 8
    ALL: Final = 15


# Flags by the names that programs and files call them by, the same at every door.
LoneTransferFlag = Literal[
    "pending",
    "post_pending_transfer",
    "void_pending_transfer",
    "balancing_debit",
    "balancing_credit",
    "closing_debit",
    "closing_credit",
]
TransferFlag = Literal["linked", LoneTransferFlag]
AccountFlag = Literal[
    "linked", "debits_must_not_exceed_credits", "credits_must_not_exceed_debits", "closed"
]
TRANSFER_FLAGS: Final[Mapping[str, int]] = {
    "linked": Flags.LINKED,
    "pending": Flags.PENDING,
    "post_pending_transfer": Flags.POST_PENDING,
    "void_pending_transfer": Flags.VOID_PENDING,
    "balancing_debit": Flags.BALANCING_DEBIT,
    "balancing_credit": Flags.BALANCING_CREDIT,
    "closing_debit": Flags.CLOSING_DEBIT,
    "closing_credit": Flags.CLOSING_CREDIT,
}
ACCOUNT_FLAGS: Final[Mapping[str, int]] = {
    "linked": AccountFlags.LINKED,
    "debits_must_not_exceed_credits": AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS,
    "credits_must_not_exceed_debits": AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS,
    "closed": AccountFlags.CLOSED,
}


def bits_of(names: Iterable[str], known: Mapping[str, int]) -> int:
    """Return the flags that go by these names. Raises ValueError for a name that is not known."""
    bits = 0
    for name in names:
        if name not in known:
            raise ValueError(f"{name[:60]!r} is no flag; there are {', '.join(known)}")
        bits |= known[name]
    return bits


def names_of(bits: int, known: Mapping[str, int]) -> tuple[str, ...]:
    """Return the names of flags, in the order of the list."""
    return tuple(name for name, bit in known.items() if bits & bit)


class NamedAccount(Record, frozen=True):
    """An account that goes by its program's 128-bit id. code: what it is to the program.

    program: the user who made it. The same id means something else to another one.
    """

    program: UUID
    id: UUID
    number: int
    currency: Currency
    code: int
    flags: int


class Transfer(Record, frozen=True):
    """One debit, one credit, one amount in minor units.

    position: of the fact it belongs to. code: which leg of which entry. pending_id: the hold
    that this transfer posts or voids. value_date: the economic day; recorded_at: when we knew.
    """

    id: UUID
    position: int
    debit: int
    credit: int
    amount: int
    code: str
    flags: int
    pending_id: UUID | None
    value_date: date
    recorded_at: datetime


class TransferRequest(Record, frozen=True):
    """One transfer asked for, accounts by number, amount in minor units.

    flags: see Flags. To post or void a hold, accounts and amount may be 0 and code "": the hold's
    own are meant; MINOR_MAX too posts the whole hold. timeout: seconds after which a hold runs
    out, 0 for never. currency: where given, the accounts must have it.
    """

    id: UUID
    debit: int
    credit: int
    amount: int
    code: str = "manual"
    flags: int = 0
    pending_id: UUID | None = None
    timeout: int = 0
    currency: str | None = None


class FailedTransfer(Record, frozen=True):
    """The id of a transfer that was refused for a reason that passes."""

    id: UUID
    result: str


class Closure(Record, frozen=True):
    """Whether an account that was closed once is closed now."""

    number: int
    closed: bool


class HoldState(StrEnum):
    """The life of a hold."""

    OPEN = "open"
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


class Hold(Record, frozen=True):
    """A pending transfer and what became of it. `amount` is what was reserved."""

    id: UUID
    debit: int
    credit: int
    amount: int
    state: HoldState
    expires_at: datetime | None


class ExpiredHold(Record, frozen=True):
    """A hold that ran out: at which fact, and on which day that took effect."""

    id: UUID
    position: int
    value_date: date
    recorded_at: datetime


class Period(Record, frozen=True):
    """All value dates after the period before it, up to and with `day`: nothing is added to them.

    position: transfers recorded up to it count. digest: SHA-256, hexadecimal, over the trial
    balance as `rules.trial_balance_bytes` writes it. open_from: the first position at which
    something is recorded that takes effect after `day`, so that nobody need read what is before.
    """

    day: date
    position: int
    open_from: int
    accounts: int
    digest: str
    closed_at: datetime


class ClosingBalance(Record, frozen=True):
    """What the transfers of all closed days add up to on one account that was ever moved.

    Nothing bounds what was reserved as of a day: many holds, one after the other, may each have
    been freed with a later day of value.
    """

    day: date
    account: int
    debits_pending: Whole
    debits_posted: int
    credits_pending: Whole
    credits_posted: int


class Correction(Record, frozen=True):
    """A transfer that reverses another. Each is reversed at most once."""

    corrects: UUID
    transfer_id: UUID
    position: int
    reason: str


class MovementKind(StrEnum):
    """How a transfer moved an account: at once, or as the beginning or the end of a hold."""

    POSTED = "posted"
    HELD = "held"
    HOLD_POSTED = "hold_posted"
    HOLD_VOIDED = "hold_voided"
    HOLD_EXPIRED = "hold_expired"


class Movement(Record, frozen=True):
    """What one transfer changed on one account on one day, in minor units.

    A hold's end changes pending by less than 0. other: the account on the other side.
    """

    kind: MovementKind
    value_date: date
    position: int
    recorded_at: datetime
    transfer: UUID
    code: str
    other: int
    debits_pending: int
    debits_posted: int
    credits_pending: int
    credits_posted: int


class AccountStatement(Record, frozen=True):
    """An account over days of value, both included, as the book knew it at a position.

    Opening plus all lines is closing. balances: what the account holds after each line.
    """

    account: Account
    first_day: date
    last_day: date
    position: int
    opening: Balance
    lines: tuple[Movement, ...]
    balances: tuple[Balance, ...]
    closing: Balance


class Counter(Record, frozen=True):
    """The next number of a series that must have no gaps, such as account numbers.

    Also what the whole book has to be asked at every command, such as its last closed day.
    """

    id: str
    value: int


class LegRule(Record, frozen=True):
    """One leg of an entry, as the house's accounting states it.

    amount: the word under which the entry is given the money (`gross`, `spread`). pending: the
    leg only reserves. A leg whose amount is zero or not given is left out.
    """

    code: str
    debit: str
    credit: str
    amount: str
    pending: bool = False
    resolves: bool = False


class Entry(Record, frozen=True):
    """All that is posted together for one event, each leg a rule. All of it or none."""

    name: str
    event: str
    en: str
    zh: str
    legs: tuple[LegRule, ...]


class Where(Record, frozen=True, eq=False):
    """Whose accounts an entry moves: one id per role that its kinds of account name.

    refs: the references made for it so far, by kind and currency. Take `where_among`'s, which is
    the same object for the same parties: then each reference is made once.
    """

    operator: UUID = OPERATOR
    seller: UUID | None = None
    funder: UUID | None = None
    rail: UUID | None = None
    obligor: UUID | None = None
    facility: UUID | None = None
    refs: dict[tuple[str, str], Ref] = msgspec.field(default_factory=dict)


where_among = lru_cache(maxsize=16_384)(Where)


class Leg(Record, frozen=True):
    """One transfer to be posted, its accounts named by reference."""

    code: str
    debit: Ref
    credit: Ref
    amount: int
    pending: bool = False
