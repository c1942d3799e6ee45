"""From each report to its page: which columns, which words, which totals."""

from enum import StrEnum
from typing import Final

from usance.financing.model import AdvanceStatus
from usance.kernel.ids import PartyId
from usance.kernel.money import Currency, Money
from usance.payments.model import PaymentStatus
from usance.reporting.model import (
    BalanceLine,
    Cell,
    Coded,
    Column,
    Custody,
    FunderTape,
    Page,
    Shape,
    Sheet,
    Statement,
    StatementAccount,
    StatementLine,
    TapeLine,
    TrialBalance,
    Words,
)
from usance.reporting.rules.chart import grows_by_credit, kind_words, on_normal_side
from usance.reporting.rules.custody import NOSTRO, PARTS
from usance.reporting.rules.legs import leg_words
from usance.reporting.rules.states import state_words

_DEBIT: Final = Coded("debit", Words("debit", "借"))
_CREDIT: Final = Coded("credit", Words("credit", "贷"))
_TOTAL: Final = Words("Total", "合计")
_OPENING: Final = Words("Opening balance", "期初余额")
_CLOSING: Final = Words("Closing balance", "期末余额")
_HELD: Final = Words("of which reserved", "其中已预留")
_CURRENCY: Final = Column("currency", Words("Currency", "币种"), in_text=False)


def _amount(name: str, en: str, zh: str, *, optional: bool = False) -> Column:
    return Column(name, Words(en, zh), Shape.AMOUNT, optional=optional)


_TRIAL_COLUMNS: Final = (
    _CURRENCY,
    Column("kind", Words("Account", "科目代码")),
    Column("name", Words("Name", "科目")),
    Column("account", Words("Number", "账号"), Shape.COUNT, optional=True),
    Column("owner", Words("Owner", "户主"), optional=True),
    _amount("debits", "Debits", "借方发生额"),
    _amount("credits", "Credits", "贷方发生额"),
    _amount("balance", "Balance", "余额"),
    Column("side", Words("Side", "方向")),
    _amount("debits_held", "Debits held", "借方预留", optional=True),
    _amount("credits_held", "Credits held", "贷方预留", optional=True),
)


def trial_balance_page(report: TrialBalance) -> Page:
    """Return the page of a trial balance: one sheet for each currency."""
    as_of = report.as_of
    moment: Cell = as_of.recorded_at or as_of.value_date or Words("now", "当前")
    sheets = []
    for currency in report.currencies:
        lines = [line for line in report.lines if line.currency == currency]
        total = report.total(currency)
        sheets.append(
            Sheet(
                Words(currency, currency),
                tuple(_trial_row(line) for line in lines),
                (("total", _trial_total(total)),),
            )
        )
    return Page(
        "trial_balance",
        Words("Trial balance", "试算平衡表"),
        (
            ("as_of", Words("As of", "截至"), moment),
            ("position", Words("Last fact", "最后事实序号"), as_of.position),
            ("balanced", Words("Debits equal credits", "借贷平衡"), report.balanced),
        ),
        _TRIAL_COLUMNS,
        tuple(sheets),
    )


def _trial_row(line: BalanceLine) -> tuple[Cell, ...]:
    balance = on_normal_side(line.kind, line.debits, line.credits)
    return (
        line.currency,
        line.kind,
        kind_words(line.kind),
        line.account,
        None if line.owner is None else str(PartyId(line.owner)),
        *_moneys(line.currency, line.debits, line.credits, balance),
        _CREDIT if grows_by_credit(line.kind) else _DEBIT,
        *_moneys(line.currency, line.debits_held, line.credits_held),
    )


def _trial_total(total: BalanceLine) -> tuple[Cell, ...]:
    return (
        total.currency,
        "",
        _TOTAL,
        None,
        None,
        *_moneys(total.currency, total.debits, total.credits, total.debits - total.credits),
        None,
        *_moneys(total.currency, total.debits_held, total.credits_held),
    )


_CUSTODY_COLUMNS: Final = (
    _CURRENCY,
    Column("part", Words("Part", "项目代码"), in_text=False),
    Column("name", Words("Whose it is", "归属")),
    _amount("amount", "Amount", "金额"),
)


def custody_page(report: Custody) -> Page:
    """Return the page of a custody proof: one sheet for each currency."""
    as_of = report.as_of
    moment: Cell = as_of.recorded_at or as_of.value_date or Words("now", "当前")
    words = {part.name: part.words for part in PARTS}
    sheets = [
        Sheet(
            Words(currency, currency),
            tuple(
                (currency, line.part, words[line.part], Money(line.amount, currency))
                for line in report.lines
                if line.currency == currency and line.part in words
            ),
            (
                (
                    "nostro",
                    (currency, "", NOSTRO, Money(report.amount("nostro", currency), currency)),
                ),
            ),
        )
        for currency in report.currencies
    ]
    return Page(
        "custody",
        Words("Custody of client money", "客户资金保管证明"),
        (
            ("as_of", Words("As of", "截至"), moment),
            ("position", Words("Last fact", "最后事实序号"), as_of.position),
            (
                "explained",
                Words("The parts add up", "各项相加一致"),
                all(map(report.is_explained, report.currencies)),
            ),
            (
                "covered",
                Words("Client money is whole", "客户资金完整"),
                all(map(report.is_covered, report.currencies)),
            ),
        ),
        _CUSTODY_COLUMNS,
        tuple(sheets),
    )


def _custody_total(report: Custody, currency: Currency) -> tuple[Cell, ...]:
    return (currency, "", NOSTRO, Money(report.amount("nostro", currency), currency))


_STATEMENT_COLUMNS: Final = (
    Column("account", Words("Account", "账户"), in_text=False),
    _CURRENCY,
    Column("recorded_at", Words("Booked", "记账时间"), Shape.MOMENT),
    Column("value_date", Words("Value date", "起息日"), Shape.DAY, in_text=False),
    Column("position", Words("Fact", "事实"), Shape.COUNT),
    Column("code", Words("Code", "代码"), in_text=False),
    Column("description", Words("What", "摘要")),
    Column("invoice_no", Words("Invoice", "发票号"), optional=True),
    Column("payment_id", Words("Payment", "付款"), optional=True),
    Column("order_id", Words("Order", "订单"), in_text=False),
    Column("other_account", Words("Other account", "对方科目"), in_text=False),
    _amount("amount", "Amount", "发生额"),
    _amount("balance", "Balance", "余额"),
)


def statement_page(report: Statement) -> Page:
    """Return the page of a seller's statement: one sheet for each account."""
    return Page(
        "seller_statement",
        Words("Seller statement", "卖家对账单"),
        (
            ("seller", Words("Seller", "卖家"), report.seller_name),
            ("seller_id", Words("Seller id", "卖家标识"), str(report.seller_id)),
            ("first_day", Words("From", "自"), report.first_day),
            ("last_day", Words("To", "至"), report.last_day),
            *(_closing_fact(account) for account in report.accounts),
        ),
        _STATEMENT_COLUMNS,
        tuple(_statement_sheet(account) for account in report.accounts),
    )


def _closing_fact(account: StatementAccount) -> tuple[str, Words, Cell]:
    name = f"closing_{account.kind}_{account.currency.lower()}"
    return name, kind_words(account.kind), Money(account.closing, account.currency)


def _statement_sheet(account: StatementAccount) -> Sheet:
    name = kind_words(account.kind)
    first = _balance_row(account, _OPENING, account.opening)
    rows = tuple(_statement_row(account, line) for line in account.lines)
    totals = [("closing", _balance_row(account, _CLOSING, account.closing))]
    if account.held:
        totals.append(("held", _balance_row(account, _HELD, account.held)))
    heading = Words(f"{account.currency} · {name.en}", f"{account.currency} · {name.zh}")
    return Sheet(heading, (first, *rows), tuple(totals))


def _balance_row(account: StatementAccount, words: Words, minor: int) -> tuple[Cell, ...]:
    money = Money(minor, account.currency)
    before: tuple[Cell, ...] = (account.kind, account.currency, None, None, None, None, words)
    return (*before, None, None, None, None, None, money)


def _statement_row(account: StatementAccount, line: StatementLine) -> tuple[Cell, ...]:
    return (
        account.kind,
        account.currency,
        line.recorded_at,
        line.value_date,
        line.position,
        line.code,
        leg_words(line.code),
        line.invoice_no,
        None if line.payment_id is None else str(line.payment_id),
        None if line.order_id is None else str(line.order_id),
        line.other,
        *_moneys(account.currency, line.change, line.balance),
    )


_TAPE_COLUMNS: Final = (
    Column("advance_id", Words("Advance", "融资")),
    Column("facility_id", Words("Facility", "额度"), in_text=False),
    Column("obligor_id", Words("Obligor", "付款义务人"), in_text=False),
    Column("invoice_no", Words("Invoice", "发票号")),
    Column("invoice_amount", Words("Invoice amount", "发票金额"), Shape.AMOUNT),
    Column("invoice_currency", Words("Invoice currency", "发票币种"), in_text=False),
    _CURRENCY,
    _amount("receivable", "Receivable", "应收净额"),
    _amount("principal", "Principal", "本金"),
    _amount("principal_outstanding", "Outstanding", "未偿本金"),
    _amount("fee", "Fee", "费用"),
    _amount("fee_outstanding", "Fee open", "未付费用", optional=True),
    _amount("charge_outstanding", "Late charge", "逾期费用", optional=True),
    Column("drawn_on", Words("Drawn", "放款日"), Shape.DAY),
    Column("due_date", Words("Due", "到期日"), Shape.DAY),
    Column("days_past_due", Words("Days late", "逾期天数"), Shape.COUNT),
    Column("status", Words("Status", "状态")),
    Column("payment_id", Words("Payment", "付款"), in_text=False),
    Column("payment_status", Words("Sale", "销售状态")),
    Column("settled_on", Words("Settled", "结算日"), Shape.DAY),
)


def tape_page(report: FunderTape) -> Page:
    """Return the page of a funder's tape: one sheet for each currency, one line an advance."""
    currencies = sorted({line.currency for line in report.lines})
    sheets = []
    for currency in currencies:
        lines = [line for line in report.lines if line.currency == currency]
        rows = tuple(_tape_row(line) for line in lines)
        total = ("total", _tape_total(currency, lines))
        sheets.append(Sheet(Words(currency, currency), rows, (total,)))
    return Page(
        "funder_tape",
        Words("Funder tape", "资金方资产明细"),
        (
            ("funder", Words("Funder", "资金方"), report.funder_name),
            ("funder_id", Words("Funder id", "资金方标识"), str(report.funder_id)),
            ("on", Words("On", "日期"), report.on),
            ("advances", Words("Advances", "融资笔数"), len(report.lines)),
        ),
        _TAPE_COLUMNS,
        tuple(sheets),
    )


def _tape_row(line: TapeLine) -> tuple[Cell, ...]:
    return (
        str(line.advance_id),
        str(line.facility_id),
        str(line.obligor_id),
        line.invoice_no,
        line.invoice,
        line.invoice.currency,
        line.currency,
        *_moneys(
            line.currency,
            line.receivable,
            line.principal,
            line.principal_outstanding,
            line.fee,
            line.fee_outstanding,
            line.charge_outstanding,
        ),
        line.drawn_on,
        line.due_date,
        line.days_past_due,
        _status(AdvanceStatus(line.status)),
        None if line.payment_id is None else str(line.payment_id),
        _status(PaymentStatus(line.payment_status)) if line.payment_status else None,
        line.settled_on,
    )


def _status(state: StrEnum) -> Coded:
    return Coded(state.value, state_words(state))


def _tape_total(currency: Currency, lines: list[TapeLine]) -> tuple[Cell, ...]:
    before: tuple[Cell, ...] = (_TOTAL, None, None, None, None, None, currency)
    sums = _moneys(
        currency,
        sum(line.receivable for line in lines),
        sum(line.principal for line in lines),
        sum(line.principal_outstanding for line in lines),
        sum(line.fee for line in lines),
        sum(line.fee_outstanding for line in lines),
        sum(line.charge_outstanding for line in lines),
    )
    return (*before, *sums, None, None, None, None, None, None, None)


def _moneys(currency: Currency, *minors: int) -> tuple[Money, ...]:
    return tuple(Money(minor, currency) for minor in minors)
