"""Messages of banks and customers, and what stands in them. Ordinary transactions add the rows.

The reconciliation changes the state of an entry and nothing else of these rows.
"""

from typing import Final

import sqlalchemy as sa

from usance.payments.model import (
    STATEMENT_TYPES,
    BankEntry,
    BankEntryDetail,
    BankStatement,
    Message,
    OrderedTransfer,
    StatementCompletion,
    TakenOrder,
    TakenUpdate,
)
from usance.runtime.rows import cold_table, view

_SCHEMA: Final = "payments"
_OF_STATEMENTS: Final = ", ".join(f"'{each}'" for each in sorted(STATEMENT_TYPES))

MESSAGES: Final = cold_table(
    _SCHEMA,
    "messages",
    Message,
    sa.UniqueConstraint("type", "sender", "message_id", "digest"),
    sa.Index(
        "messages_once",
        "type",
        "sender",
        "message_id",
        unique=True,
        postgresql_where=sa.text(f"type not in ({_OF_STATEMENTS})"),
    ),
    sa.Index("messages_file", "file_digest"),
    key="id",
)

STATEMENTS: Final = cold_table(
    _SCHEMA,
    "statements",
    BankStatement,
    sa.Index("statements_message", "message"),
    sa.Index("statements_account", "account", "id"),
    sa.Index(
        "statements_identity",
        "identity",
        unique=True,
        postgresql_where=sa.text("identity <> ''"),
    ),
    sa.Index("statements_family", "family", "id", postgresql_where=sa.text("family <> ''")),
    key="id",
    references={"message": "payments.messages.id"},
)

STATEMENT_COMPLETIONS: Final = cold_table(
    _SCHEMA,
    "statement_completions",
    StatementCompletion,
    key=("message", "statement"),
    references={"message": "payments.messages.id", "statement": "payments.statements.id"},
)

ENTRIES: Final = cold_table(
    _SCHEMA,
    "entries",
    BankEntry,
    sa.Index("entries_statement", "statement", "number"),
    sa.Index("entries_open", "account", "id", postgresql_where=sa.text("state <> 'matched'")),
    sa.Index(
        "entries_servicer",
        "servicer_reference",
        postgresql_where=sa.text("servicer_reference <> ''"),
    ),
    sa.Index("entries_uetr", "uetr", postgresql_where=sa.text("uetr <> ''")),
    key="id",
)

ENTRY_DETAILS: Final = cold_table(
    _SCHEMA,
    "entry_details",
    BankEntryDetail,
    key=("entry", "number"),
)

TRANSFER_ORDERS: Final = cold_table(
    _SCHEMA,
    "transfer_orders",
    TakenOrder,
    key="message",
    references={"message": "payments.messages.id"},
)

ORDER_TRANSFERS: Final = cold_table(
    _SCHEMA,
    "order_transfers",
    OrderedTransfer,
    sa.Index("order_transfers_uetr", "uetr", postgresql_where=sa.text("uetr <> ''")),
    sa.Index("order_transfers_end_to_end_id", "end_to_end_id"),
    key=("message", "number"),
    references={"message": "payments.messages.id"},
)

STATUS_UPDATES: Final = cold_table(
    _SCHEMA,
    "status_updates",
    TakenUpdate,
    sa.Index("status_updates_uetr", "uetr", postgresql_where=sa.text("uetr <> ''")),
    key=("message", "number"),
    references={"message": "payments.messages.id"},
)

view(
    _SCHEMA,
    "v_bank_entries",
    """
    select e.id, e.statement, s.message, m.type, m.file, e.number, e.place, e.kind, e.account,
           e.amount_minor, e.amount_currency, e.is_credit, e.status, e.booked_on, e.value_date,
           e.uetr, e.end_to_end_id, e.servicer_reference, e.structured, e.remittance,
           e.counterparty_name, e.counterparty_account, e.state, m.received_at
    from payments.entries e
    join payments.statements s on s.id = e.statement
    join payments.messages m on m.id = s.message
    """,
)
