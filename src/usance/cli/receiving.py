"""`usance receiving-accounts …` and `usance receipts …`: to which numbers buyers transfer money."""

import os

from usance.api.receiving import RECEIPT, RECEIVING_ACCOUNT
from usance.cli.acting import act
from usance.cli.listing import Column, Listing, print_row, print_rows
from usance.cli.orders import seller_of
from usance.cli.refusing import option
from usance.cli.voice import Words
from usance.kernel.ids import ReceivingAccountId, milliseconds_at
from usance.kernel.money import Currency
from usance.kernel.records import Record
from usance.payments.service import OpenReceivingAccount
from usance.payments.service import find_receipts as find
from usance.worker.session import Place, opened

ACCOUNTS = Listing(
    RECEIVING_ACCOUNT,
    (
        Column("account", "收款账户", lambda row: row.id),
        Column("seller", "卖家", lambda row: row.seller_id),
        Column("currency", "币种", lambda row: row.currency),
        Column("country", "国家", lambda row: row.country),
        Column("number", "账号", lambda row: row.number),
        Column("bank", "银行", lambda row: row.bank),
        Column("BIC", "BIC", lambda row: row.bic),
        Column("reference", "参考号", lambda row: row.reference),
    ),
    ("No receiving account is open.", "没有收款账户。"),
)
RECEIPTS = Listing(
    RECEIPT,
    (
        Column("receipt", "收款", lambda row: row.id),
        Column("seller", "卖家", lambda row: row.seller_id),
        Column("amount", "金额", lambda row: row.amount, right=True),
        Column("fee", "费用", lambda row: row.fee, right=True),
        Column("payer", "付款人", lambda row: row.payer.name),
        Column("outcome", "结果", lambda row: row.outcome),
        Column("value date", "起息日", lambda row: row.value_date),
    ),
    ("Nothing came in by transfer.", "没有转账收款。"),
)


class Wanted(Record, frozen=True):
    """A receiving account as it was asked for on the command line."""

    currency: str
    country: str
    bank: str
    iban: str
    number: str
    bic: str
    seller: str
    key: str


async def open_account(place: Place, wanted: Wanted, *, as_json: bool, language: Words) -> None:
    """Say that transfers to a number our bank has given us are a seller's, and print it."""
    with option("CURRENCY"):
        currency = Currency(wanted.currency)
    async with opened(place) as session:
        seller = await seller_of(session, wanted.seller)
        # Under the same word the same account is meant, so that it is opened once.
        at = 0 if wanted.key else milliseconds_at(await session.now())
        word = wanted.key or os.urandom(16).hex()
        account = ReceivingAccountId.derived(at, "cli", seller, word)
        body = OpenReceivingAccount(
            account,
            seller,
            currency,
            wanted.country,
            wanted.bank,
            wanted.iban or None,
            wanted.number or None,
            wanted.bic or None,
        )
        await act(session, "open_receiving_account", body, wanted.key, language)
        async with session.pool.acquire() as connection:
            made = await find.receiving_account(connection, account)
    assert made is not None, "it was just opened"
    print_row(ACCOUNTS, made, as_json=as_json, language=language)


async def list_accounts(
    place: Place, seller: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print receiving accounts, the newest first."""
    async with opened(place) as session:
        whose = await seller_of(session, seller) if seller else None
        async with session.pool.acquire() as connection:
            rows = await find.receiving_accounts(connection, whose, None, limit + 1)
    print_rows(ACCOUNTS, rows, limit, as_json=as_json, language=language)


async def list_receipts(
    place: Place, seller: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print what came in by transfer, the newest first."""
    async with opened(place) as session:
        whose = await seller_of(session, seller) if seller else None
        async with session.pool.acquire() as connection:
            rows = await find.receipts(connection, whose, None, limit + 1)
    print_rows(RECEIPTS, rows, limit, as_json=as_json, language=language)
