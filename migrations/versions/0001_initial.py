"""Every table as of the first release.

Written by `make migration-initial` until then, and not edited.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    engine()
    policy()
    parties()
    ledger()
    trade()
    payments()
    customs()
    financing()
    risk()
    evidence()


def engine() -> None:
    op.execute("create schema if not exists engine")
    op.create_table(
        "book",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("book_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("test_clock", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1"),
        sa.PrimaryKeyConstraint("id"),
        schema="engine",
    )
    op.create_table(
        "commands",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("input_hash", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema="engine",
    )
    op.create_table(
        "due",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema="engine",
    )
    op.create_index(
        "due_open", "due", ["due_at"], schema="engine", postgresql_where=sa.text("fired_at is null")
    )
    op.create_table(
        "inbox",
        sa.Column("subscriber", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber"),
        schema="engine",
    )
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("thread", sa.Uuid(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        schema="engine",
    )
    op.create_index(
        "outbox_thread",
        "outbox",
        ["thread"],
        schema="engine",
        postgresql_where=sa.text("thread is not null"),
    )
    op.create_table(
        "outbox_pending",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("actor", sa.Uuid(), nullable=False),
        sa.Column("thread", sa.Uuid(), nullable=True),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="engine",
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="engine",
    )


def policy() -> None:
    op.execute("create schema if not exists policy")
    op.create_table(
        "series",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="policy",
    )


def parties() -> None:
    op.execute("create schema if not exists parties")
    op.create_table(
        "endpoint_counts",
        sa.Column("party_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("party_id"),
        schema="parties",
    )
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("local_name", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("risk_grade", sa.Text(), nullable=False),
        sa.Column("identifiers", sa.JSON(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('operator', 'seller', 'funder', 'buyer', 'regulator', 'payee', 'insurer', 'guarantor', 'warehouse_keeper')"
        ),
        sa.CheckConstraint("status in ('active', 'frozen', 'closed')"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
        schema="parties",
    )
    op.create_index("parties_position", "parties", ["position"], schema="parties")
    op.create_table(
        "webhook_deliveries",
        sa.Column("endpoint_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.BigInteger(), nullable=False),
        sa.Column("last_code", sa.Text(), nullable=False),
        sa.CheckConstraint("(state in ('pending', 'failed')) = (due_at is not null)"),
        sa.PrimaryKeyConstraint("endpoint_id", "event_id"),
        schema="parties",
    )
    op.create_index(
        "webhook_deliveries_due",
        "webhook_deliveries",
        ["endpoint_id", "position"],
        schema="parties",
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_index(
        "webhook_deliveries_event", "webhook_deliveries", ["event_id"], schema="parties"
    )
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="parties",
    )
    op.create_table(
        "webhook_health",
        sa.Column("endpoint_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("endpoint_id"),
        schema="parties",
    )
    op.create_table(
        "bank_accounts",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("bank_code", sa.Text(), nullable=True),
        sa.Column("bic", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(iban is null) <> (number is null)"),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.parties.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        schema="parties",
    )
    op.create_index("bank_accounts_party", "bank_accounts", ["party_id"], schema="parties")
    op.create_table(
        "beneficiaries",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("bank_code", sa.Text(), nullable=True),
        sa.Column("bic", sa.Text(), nullable=True),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name_check", sa.Text(), nullable=False),
        sa.Column("name_on_account", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(name_check = 'pending') = (checked_at is null)"),
        sa.CheckConstraint("status in ('active', 'closed')"),
        sa.CheckConstraint("(iban is null) <> (number is null)"),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.parties.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        schema="parties",
    )
    op.create_index(
        "beneficiaries_party", "beneficiaries", ["party_id", "position"], schema="parties"
    )
    op.create_index(
        "beneficiaries_unchecked",
        "beneficiaries",
        ["id"],
        schema="parties",
        postgresql_where=sa.text("name_check = 'pending'"),
    )
    op.create_table(
        "party_addresses",
        sa.Column("party_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.parties.id"],
        ),
        sa.PrimaryKeyConstraint("party_id"),
        schema="parties",
    )
    op.create_table(
        "payee_accounts",
        sa.Column("party_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.parties.id"],
        ),
        sa.PrimaryKeyConstraint("party_id", "account"),
        schema="parties",
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.parties.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        schema="parties",
    )
    op.create_index("users_party", "users", ["party_id"], schema="parties")
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("secret_version", sa.BigInteger(), nullable=False),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.parties.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        schema="parties",
    )
    op.create_index("webhook_endpoints_party", "webhook_endpoints", ["party_id"], schema="parties")
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["parties.users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prefix"),
        schema="parties",
    )
    op.create_index("api_keys_user", "api_keys", ["user_id"], schema="parties")
    op.create_table(
        "main_accounts",
        sa.Column("party_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("bank_account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_account_id"],
            ["parties.bank_accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.parties.id"],
        ),
        sa.PrimaryKeyConstraint("party_id"),
        schema="parties",
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("maker", sa.Uuid(), nullable=False),
        sa.Column("checker", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("decided_position", sa.BigInteger(), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.CheckConstraint("(state = 'proposed') = (checker is null)"),
        sa.CheckConstraint("(state = 'proposed') = (decided_position is null)"),
        sa.CheckConstraint("state = 'approved' or refusal is null"),
        sa.CheckConstraint("maker <> checker", name="four_eyes"),
        sa.ForeignKeyConstraint(
            ["checker"],
            ["parties.users.id"],
        ),
        sa.ForeignKeyConstraint(
            ["maker"],
            ["parties.users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        schema="parties",
    )
    op.create_index(
        "proposals_open",
        "proposals",
        ["position"],
        schema="parties",
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index("proposals_position", "proposals", ["position"], unique=True, schema="parties")


def ledger() -> None:
    op.execute("create schema if not exists ledger")
    op.create_table(
        "accounts",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("obligor", sa.Uuid(), nullable=True),
        sa.Column("facility", sa.Uuid(), nullable=True),
        sa.Column("balance_limit", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint(
            "kind",
            "currency",
            "owner",
            "obligor",
            "facility",
            name="accounts_reference",
            postgresql_nulls_not_distinct=True,
        ),
        schema="ledger",
    )
    op.create_table(
        "balances",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("debits_pending", sa.BigInteger(), nullable=False),
        sa.Column("debits_posted", sa.BigInteger(), nullable=False),
        sa.Column("credits_pending", sa.BigInteger(), nullable=False),
        sa.Column("credits_posted", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        schema="ledger",
        postgresql_with={
            "fillfactor": 50,
            "autovacuum_vacuum_scale_factor": 0.02,
            "autovacuum_vacuum_threshold": 1000,
            "autovacuum_analyze_scale_factor": 0.1,
        },
    )
    op.create_table(
        "closing_balances",
        sa.Column("day", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("account", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("debits_pending", sa.Numeric(), nullable=False),
        sa.Column("debits_posted", sa.BigInteger(), nullable=False),
        sa.Column("credits_pending", sa.Numeric(), nullable=False),
        sa.Column("credits_posted", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "account"),
        schema="ledger",
    )
    op.create_table(
        "closures",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        schema="ledger",
    )
    op.create_table(
        "corrections",
        sa.Column("corrects", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("corrects"),
        sa.UniqueConstraint("transfer_id", name="corrections_transfer_id"),
        schema="ledger",
    )
    op.create_table(
        "counters",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="ledger",
    )
    op.create_table(
        "expired_holds",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="ledger",
    )
    op.create_table(
        "failed_transfers",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="ledger",
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("debit", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema="ledger",
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "named_accounts",
        sa.Column("program", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.Column("flags", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program", "id"),
        sa.UniqueConstraint("number", name="named_accounts_number"),
        schema="ledger",
    )
    op.create_table(
        "periods",
        sa.Column("day", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("open_from", sa.BigInteger(), nullable=False),
        sa.Column("accounts", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day"),
        schema="ledger",
    )
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("debit", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("flags", sa.BigInteger(), nullable=False),
        sa.Column("pending_id", sa.Uuid(), nullable=True),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0 or amount = 0 and flags <> 0"),
        sa.CheckConstraint("debit <> credit"),
        sa.PrimaryKeyConstraint("id"),
        schema="ledger",
    )
    op.create_index(
        "transfers_position",
        "transfers",
        ["position"],
        schema="ledger",
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on"},
    )


def trade() -> None:
    op.execute("create schema if not exists trade")
    op.create_table(
        "credit_notes",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0"),
        sa.PrimaryKeyConstraint("id"),
        schema="trade",
    )
    op.create_index("credit_notes_invoice", "credit_notes", ["invoice_id"], schema="trade")
    op.create_table(
        "document_numbers",
        sa.Column("number", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        schema="trade",
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("payable_minor", sa.BigInteger(), nullable=False),
        sa.Column("payable_currency", sa.Text(), nullable=False),
        sa.Column("credited_minor", sa.BigInteger(), nullable=False),
        sa.Column("credited_currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("presented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_minor", sa.BigInteger(), nullable=True),
        sa.Column("approved_currency", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disputed_by", sa.Text(), nullable=False),
        sa.Column("dispute_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'credited') = (payable_minor = 0)"),
        sa.CheckConstraint("amount_minor > 0"),
        sa.CheckConstraint("due_date >= issued_on"),
        sa.CheckConstraint("payable_minor + credited_minor <= amount_minor"),
        sa.CheckConstraint("payable_minor >= 0"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id"),
        schema="trade",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("invoices_buyer", "invoices", ["buyer_id", "id"], schema="trade")
    op.create_index("invoices_seller", "invoices", ["seller_id", "id"], schema="trade")
    op.create_table(
        "order_states",
        sa.Column("order_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(stage = 'placed') = (shipment_id is null)"),
        sa.CheckConstraint("stage in ('placed', 'shipped', 'delivered')"),
        sa.PrimaryKeyConstraint("order_id"),
        schema="trade",
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("seller_id", "invoice_no"),
        schema="trade",
    )
    op.create_index("orders_buyer", "orders", ["buyer_id"], schema="trade")
    op.create_index("orders_invoice", "orders", ["invoice_no"], schema="trade")
    op.create_index("orders_seller", "orders", ["seller_id", "id"], schema="trade")
    op.create_table(
        "shipments",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking_no", sa.Text(), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.CheckConstraint("delivered_at >= shipped_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id"),
        schema="trade",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("shipments_buyer", "shipments", ["buyer_id", "id"], schema="trade")
    op.create_index("shipments_seller", "shipments", ["seller_id", "id"], schema="trade")
    op.create_table(
        "warehouse_receipts",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("keeper_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_value_minor", sa.BigInteger(), nullable=False),
        sa.Column("unit_value_currency", sa.Text(), nullable=False),
        sa.Column("stored_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'released') = (quantity = 0)"),
        sa.CheckConstraint("quantity >= 0"),
        sa.CheckConstraint("unit_value_minor > 0"),
        sa.PrimaryKeyConstraint("id"),
        schema="trade",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "warehouse_receipts_keeper", "warehouse_receipts", ["keeper_id", "id"], schema="trade"
    )
    op.create_index(
        "warehouse_receipts_owner", "warehouse_receipts", ["owner_id", "id"], schema="trade"
    )
    op.create_table(
        "goods_returns",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["trade.orders.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "seller_id", "invoice_no", "order_id", postgresql_nulls_not_distinct=True
        ),
        schema="trade",
    )
    op.create_index("goods_returns_order", "goods_returns", ["order_id"], schema="trade")
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stock_code", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.Numeric(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["trade.orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "ordinal"),
        schema="trade",
    )
    op.create_table(
        "goods_return_lines",
        sa.Column("return_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stock_code", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.Numeric(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["trade.goods_returns.id"],
        ),
        sa.PrimaryKeyConstraint("return_id", "ordinal"),
        schema="trade",
    )


def payments() -> None:
    op.execute("create schema if not exists payments")
    op.create_table(
        "authorisations",
        sa.Column("payment_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capturing", sa.BigInteger(), nullable=False),
        sa.Column("instruction_id", sa.Uuid(), nullable=True),
        sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ahead", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
        schema="payments",
    )
    op.create_table(
        "banked",
        sa.Column("payment_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("told between 0 and amount"),
        sa.PrimaryKeyConstraint("payment_id"),
        schema="payments",
    )
    op.create_table(
        "breaks",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("entry", sa.Uuid(), nullable=True),
        sa.Column("movement", sa.Uuid(), nullable=True),
        sa.Column("statement", sa.Uuid(), nullable=True),
        sa.Column("other", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("difference_minor", sa.BigInteger(), nullable=False),
        sa.Column("difference_currency", sa.Text(), nullable=False),
        sa.Column("suggested", sa.Uuid(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index("breaks_entry", "breaks", ["entry"], schema="payments")
    op.create_index("breaks_movement", "breaks", ["movement"], schema="payments")
    op.create_index(
        "breaks_open",
        "breaks",
        ["since", "id"],
        schema="payments",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "buyer_actions",
        sa.Column("payment_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("instruction_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
        schema="payments",
    )
    op.create_table(
        "captures",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rail_reference", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index("captures_payment", "captures", ["payment_id"], schema="payments")
    op.create_table(
        "choices",
        sa.Column("payment_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("attempt", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.BigInteger(), nullable=False),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("probability", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=True),
        sa.Column("considered", sa.JSON(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("payment_id", "attempt"),
        schema="payments",
    )
    op.create_index(
        "choices_chosen_at", "choices", ["chosen_at"], schema="payments", postgresql_using="brin"
    )
    op.create_table(
        "cooling_paid",
        sa.Column("beneficiary_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("beneficiary_id"),
        schema="payments",
    )
    op.create_table(
        "dispatches",
        sa.Column("instruction", sa.Uuid(), nullable=False),
        sa.Column("asks", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("own_code", sa.Text(), server_default="", nullable=False),
        sa.Column("payment", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("instruction"),
        schema="payments",
    )
    op.create_index(
        "dispatches_payment",
        "dispatches",
        ["payment"],
        schema="payments",
        postgresql_where=sa.text("payment is not null"),
    )
    op.create_index(
        "dispatches_reference",
        "dispatches",
        ["reference"],
        schema="payments",
        postgresql_where=sa.text("reference <> ''"),
    )
    op.create_table(
        "dispute_evidence",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index(
        "dispute_evidence_dispute", "dispute_evidence", ["dispute_id"], schema="payments"
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_currency", sa.Text(), nullable=False),
        sa.Column("owed_minor", sa.BigInteger(), nullable=False),
        sa.Column("owed_currency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_as", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("early", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("known_as"),
        schema="payments",
    )
    op.create_index("disputes_due", "disputes", ["due_at"], schema="payments")
    op.create_index("disputes_payment", "disputes", ["payment_id"], schema="payments")
    op.create_table(
        "entries",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("is_credit", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("value_date", sa.Date(), nullable=True),
        sa.Column("uetr", sa.Text(), nullable=False),
        sa.Column("end_to_end_id", sa.Text(), nullable=False),
        sa.Column("instruction_id", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("servicer_reference", sa.Text(), nullable=False),
        sa.Column("structured", sa.Text(), nullable=False),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("counterparty_name", sa.Text(), nullable=False),
        sa.Column("counterparty_account", sa.Text(), nullable=False),
        sa.Column("counterparty_agent", sa.Text(), nullable=False),
        sa.Column("counterparty_country", sa.Text(), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("is_reversal", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("information", sa.Text(), nullable=False),
        sa.Column("details", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index(
        "entries_open",
        "entries",
        ["account", "id"],
        schema="payments",
        postgresql_where=sa.text("state <> 'matched'"),
    )
    op.create_index(
        "entries_servicer",
        "entries",
        ["servicer_reference"],
        schema="payments",
        postgresql_where=sa.text("servicer_reference <> ''"),
    )
    op.create_index("entries_statement", "entries", ["statement", "number"], schema="payments")
    op.create_index(
        "entries_uetr",
        "entries",
        ["uetr"],
        schema="payments",
        postgresql_where=sa.text("uetr <> ''"),
    )
    op.create_table(
        "entry_details",
        sa.Column("entry", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("is_credit", sa.Boolean(), nullable=False),
        sa.Column("uetr", sa.Text(), nullable=False),
        sa.Column("end_to_end_id", sa.Text(), nullable=False),
        sa.Column("instruction_id", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("servicer_reference", sa.Text(), nullable=False),
        sa.Column("structured", sa.Text(), nullable=False),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("counterparty_name", sa.Text(), nullable=False),
        sa.Column("counterparty_account", sa.Text(), nullable=False),
        sa.Column("counterparty_agent", sa.Text(), nullable=False),
        sa.Column("counterparty_country", sa.Text(), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "number"),
        schema="payments",
    )
    op.create_table(
        "escrows",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("released", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("release_on", sa.Date(), nullable=True),
        sa.Column("agreed", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index("escrows_payee", "escrows", ["payee_id"], schema="payments")
    op.create_index("escrows_payment", "escrows", ["payment_id"], schema="payments")
    op.create_table(
        "excesses",
        sa.Column("instruction_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receivable", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("instruction_id"),
        schema="payments",
    )
    op.create_index("excesses_payment", "excesses", ["payment_id"], schema="payments")
    op.create_table(
        "fixings",
        sa.Column("value_date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rates", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("value_date"),
        schema="payments",
    )
    op.create_table(
        "fx_positions",
        sa.Column("sell", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sell"),
        schema="payments",
    )
    op.create_table(
        "held_payouts",
        sa.Column("payout_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("instruction_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("payout_id"),
        schema="payments",
    )
    op.create_table(
        "hook_marks",
        sa.Column("instruction", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("instruction"),
        schema="payments",
    )
    op.create_table(
        "hooks",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index(
        "hooks_event",
        "hooks",
        ["rail", "event"],
        unique=True,
        schema="payments",
        postgresql_where=sa.text("state = 'taken'"),
    )
    op.create_index(
        "hooks_waiting",
        "hooks",
        ["id"],
        schema="payments",
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "instructions",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asks", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_code", sa.Text(), nullable=False),
        sa.Column("original_id", sa.Uuid(), nullable=True),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "instructions_done",
        "instructions",
        ["rail", "answered_at"],
        schema="payments",
        postgresql_where=sa.text("state = 'confirmed'"),
    )
    op.create_index(
        "instructions_open",
        "instructions",
        ["rail"],
        schema="payments",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "link_attempts",
        sa.Column("link_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("card_token", sa.Text(), nullable=False),
        sa.Column("agreed_minor", sa.BigInteger(), nullable=False),
        sa.Column("agreed_currency", sa.Text(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint("payment_id is null or code = ''"),
        sa.PrimaryKeyConstraint("link_id", "number"),
        schema="payments",
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("methods", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("created_at < expires_at"),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index("links_order", "links", ["order_id"], schema="payments")
    op.create_index("links_secret", "links", ["secret_sha256"], unique=True, schema="payments")
    op.create_index("links_seller", "links", ["seller_id", "made_at", "id"], schema="payments")
    op.create_table(
        "matches",
        sa.Column("entry", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("movement", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "movement"),
        schema="payments",
    )
    op.create_index("matches_movement", "matches", ["movement"], schema="payments")
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("validated", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("type", "sender", "message_id", "digest"),
        schema="payments",
    )
    op.create_index("messages_file", "messages", ["file_digest"], schema="payments")
    op.create_index(
        "messages_once",
        "messages",
        ["type", "sender", "message_id"],
        unique=True,
        schema="payments",
        postgresql_where=sa.text(
            "type not in ('CSV', 'MT940', 'MT942', 'camt.052', 'camt.053', 'camt.054')"
        ),
    )
    op.create_table(
        "movements",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("is_credit", sa.Boolean(), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("counterparty", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_due", sa.Boolean(), nullable=False),
        sa.Column("entry", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index(
        "movements_entry",
        "movements",
        ["entry"],
        schema="payments",
        postgresql_where=sa.text("entry is not null"),
    )
    op.create_index(
        "movements_open",
        "movements",
        ["amount_currency"],
        schema="payments",
        postgresql_where=sa.text("entry is null"),
    )
    op.create_index("movements_position", "movements", ["position"], schema="payments")
    op.create_table(
        "paid_besides",
        sa.Column("instruction_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("instruction_id"),
        schema="payments",
    )
    op.create_table(
        "paid_references",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("seller_id", "reference"),
        schema="payments",
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_currency", sa.Text(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_currency", sa.Text(), nullable=False),
        sa.Column("book_minor", sa.BigInteger(), nullable=False),
        sa.Column("book_currency", sa.Text(), nullable=False),
        sa.Column("quote", sa.JSON(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settlement_due", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("holding", sa.BigInteger(), nullable=False),
        sa.Column("unsettled", sa.BigInteger(), nullable=False),
        sa.Column("receivable", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.Column("is_split", sa.Boolean(), nullable=False),
        sa.Column("set_aside", sa.BigInteger(), nullable=False),
        sa.Column("fee_basis", sa.Text(), nullable=False),
        sa.Column("executed_rate", sa.Numeric(), nullable=True),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("fallback", sa.Text(), nullable=False),
        sa.Column(
            "under_way",
            sa.Boolean(),
            sa.Computed("status not in ('failed', 'blocked', 'voided')", persisted=True),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "payments_order",
        "payments",
        ["order_id"],
        unique=True,
        schema="payments",
        postgresql_where=sa.text("under_way"),
    )
    op.create_table(
        "payout_batches",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_currency", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("accepted_minor", sa.BigInteger(), nullable=False),
        sa.Column("refused_minor", sa.BigInteger(), nullable=False),
        sa.Column("two_people", sa.Boolean(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.CheckConstraint("accepted_minor + refused_minor <= total_minor"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("seller_id", "reference"),
        schema="payments",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "payout_batches_open",
        "payout_batches",
        ["position"],
        schema="payments",
        postgresql_where=sa.text("status in ('received', 'checking', 'running')"),
    )
    op.create_index(
        "payout_batches_seller", "payout_batches", ["seller_id", "position"], schema="payments"
    )
    op.create_table(
        "payout_lines",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("payout_id", sa.Uuid(), nullable=True),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'accepted') = (payout_id is not null)"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id", "number"),
        schema="payments",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "payout_lines_open",
        "payout_lines",
        ["batch_id", "number"],
        schema="payments",
        postgresql_where=sa.text("status in ('waiting', 'ready')"),
    )
    op.create_table(
        "payout_returns",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("payout_id", "reference"),
        schema="payments",
    )
    op.create_table(
        "payouts",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("hold", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("resent", sa.BigInteger(), nullable=False),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("fallback", sa.Text(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("resent between 0 and amount_minor"),
        sa.CheckConstraint("returned between 0 and amount_minor"),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index(
        "payouts_batch",
        "payouts",
        ["batch_id"],
        schema="payments",
        postgresql_where=sa.text("batch_id is not null"),
    )
    op.create_table(
        "quote_locks",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("quote", sa.JSON(), nullable=False),
        sa.Column("maximum_minor", sa.BigInteger(), nullable=False),
        sa.Column("maximum_currency", sa.Text(), nullable=False),
        sa.Column("uses", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("reserved >= 0 and used >= 0 and reserved + used <= maximum_minor"),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index("quote_locks_seller", "quote_locks", ["seller_id"], schema="payments")
    op.create_table(
        "quote_reservations",
        sa.Column("payment_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
        schema="payments",
    )
    op.create_index(
        "quote_reservations_quote", "quote_reservations", ["quote_id"], schema="payments"
    )
    op.create_table(
        "rail_health",
        sa.Column("rail", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trials", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rail"),
        schema="payments",
    )
    op.create_table(
        "recall_dispatches",
        sa.Column("instruction", sa.Uuid(), nullable=False),
        sa.Column("asks", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("instruction"),
        schema="payments",
    )
    op.create_table(
        "recalls",
        sa.Column("instruction_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asks", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("instruction_id"),
        schema="payments",
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("booking", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("creditor_account", sa.Text(), nullable=False),
        sa.Column("payer", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("receiving_account_id", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_currency", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("booking"),
        schema="payments",
    )
    op.create_index(
        "receipts_payment",
        "receipts",
        ["payment_id"],
        schema="payments",
        postgresql_where=sa.text("payment_id is not null"),
    )
    op.create_index("receipts_seller", "receipts", ["seller_id", "id"], schema="payments")
    op.create_table(
        "receiving_accounts",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("is_iban", sa.Boolean(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("reference"),
        sa.UniqueConstraint("seller_id", "currency", "country"),
        schema="payments",
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("hold", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("goods_return_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index("refunds_payment", "refunds", ["payment_id"], schema="payments")
    op.create_index(
        "refunds_return", "refunds", ["goods_return_id"], unique=True, schema="payments"
    )
    op.create_table(
        "remittances",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booking", sa.Text(), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("rail", "reference", "currency"),
        schema="payments",
    )
    op.create_index(
        "remittances_booking",
        "remittances",
        ["booking"],
        schema="payments",
        postgresql_where=sa.text("booking <> ''"),
    )
    op.create_index("remittances_status", "remittances", ["status", "id"], schema="payments")
    op.create_table(
        "reserves",
        sa.Column("payment_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("release_on", sa.Date(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
        schema="payments",
    )
    op.create_table(
        "routing_timelines",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("begins", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_table(
        "routing_versions",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        schema="payments",
    )
    op.create_table(
        "segment_scores",
        sa.Column("segment", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tallies", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("segment"),
        schema="payments",
    )
    op.create_table(
        "settlements",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index("settlements_payment", "settlements", ["payment_id"], schema="payments")
    op.create_table(
        "source_quotes",
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quotes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
        schema="payments",
    )
    op.create_table(
        "splits",
        sa.Column("payment_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_currency", sa.Text(), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("payment_id"),
        schema="payments",
    )
    op.create_table(
        "steerings",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("rail", sa.Text(), nullable=False),
        sa.Column("mood", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at"),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_table(
        "suspense",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("open", sa.BigInteger(), nullable=False),
        sa.Column("going_back", sa.BigInteger(), nullable=False),
        sa.Column("hold", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("assignee", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("instruction_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("account in ('suspense_unmatched', 'suspense_blocked')"),
        sa.CheckConstraint("(open = 0 and going_back = 0) = (closed_at is not null)"),
        sa.CheckConstraint("going_back >= 0 and (going_back > 0 or hold is null)"),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index(
        "suspense_debits",
        "suspense",
        ["source"],
        schema="payments",
        postgresql_where=sa.text("reason = 'bank_debit'"),
    )
    op.create_index(
        "suspense_open",
        "suspense",
        ["opened_at"],
        schema="payments",
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "transfer_updates",
        sa.Column("instruction", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("instruction", "status", "reason"),
        schema="payments",
    )
    op.create_table(
        "volumes",
        sa.Column("seller_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seller_id", "month", "currency"),
        schema="payments",
    )
    op.create_table(
        "order_transfers",
        sa.Column("message", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uetr", sa.Text(), nullable=False),
        sa.Column("end_to_end_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("transfer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"],
            ["payments.messages.id"],
        ),
        sa.PrimaryKeyConstraint("message", "number"),
        schema="payments",
    )
    op.create_index(
        "order_transfers_end_to_end_id", "order_transfers", ["end_to_end_id"], schema="payments"
    )
    op.create_index(
        "order_transfers_uetr",
        "order_transfers",
        ["uetr"],
        schema="payments",
        postgresql_where=sa.text("uetr <> ''"),
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("servicer", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("page", sa.BigInteger(), nullable=True),
        sa.Column("from_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("balances", sa.JSON(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"],
            ["payments.messages.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        schema="payments",
    )
    op.create_index("statements_account", "statements", ["account", "id"], schema="payments")
    op.create_index(
        "statements_family",
        "statements",
        ["family", "id"],
        schema="payments",
        postgresql_where=sa.text("family <> ''"),
    )
    op.create_index(
        "statements_identity",
        "statements",
        ["identity"],
        unique=True,
        schema="payments",
        postgresql_where=sa.text("identity <> ''"),
    )
    op.create_index("statements_message", "statements", ["message"], schema="payments")
    op.create_table(
        "status_updates",
        sa.Column("message", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("original_message", sa.Text(), nullable=False),
        sa.Column("uetr", sa.Text(), nullable=False),
        sa.Column("end_to_end_id", sa.Text(), nullable=False),
        sa.Column("instruction_id", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("information", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("amount_currency", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message"],
            ["payments.messages.id"],
        ),
        sa.PrimaryKeyConstraint("message", "number"),
        schema="payments",
    )
    op.create_index(
        "status_updates_uetr",
        "status_updates",
        ["uetr"],
        schema="payments",
        postgresql_where=sa.text("uetr <> ''"),
    )
    op.create_table(
        "transfer_orders",
        sa.Column("message", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("initiating_party", sa.Text(), nullable=False),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"],
            ["payments.messages.id"],
        ),
        sa.PrimaryKeyConstraint("message"),
        schema="payments",
    )
    op.create_table(
        "statement_completions",
        sa.Column("message", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"],
            ["payments.messages.id"],
        ),
        sa.ForeignKeyConstraint(
            ["statement"],
            ["payments.statements.id"],
        ),
        sa.PrimaryKeyConstraint("message", "statement"),
        schema="payments",
    )


def customs() -> None:
    op.execute("create schema if not exists customs")
    op.create_table(
        "claimed_declarations",
        sa.Column("declaration_no", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("tax_refund_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("declaration_no"),
        schema="customs",
    )
    op.create_table(
        "tax_refunds",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("tax_office_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_no", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_minor", sa.BigInteger(), nullable=True),
        sa.Column("approved_currency", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_minor", sa.BigInteger(), nullable=True),
        sa.Column("paid_currency", sa.Text(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("refusal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'paid') = (paid_minor is not null)"),
        sa.CheckConstraint("status in ('claimed', 'approved', 'paid', 'refused')"),
        sa.CheckConstraint("amount_minor > 0"),
        sa.CheckConstraint("approved_minor between 1 and amount_minor"),
        sa.PrimaryKeyConstraint("id"),
        schema="customs",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("tax_refunds_seller", "tax_refunds", ["seller_id", "id"], schema="customs")


def financing() -> None:
    op.execute("create schema if not exists financing")
    op.create_table(
        "advances",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("asset_kind", sa.Text(), nullable=False),
        sa.Column("technique", sa.Text(), nullable=False),
        sa.Column("recourse", sa.Boolean(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("obligor_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("principal_currency", sa.Text(), nullable=False),
        sa.Column("principal_outstanding", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_currency", sa.Text(), nullable=False),
        sa.Column("fee_operator_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_operator_currency", sa.Text(), nullable=False),
        sa.Column("fee_outstanding", sa.BigInteger(), nullable=False),
        sa.Column("charge_outstanding", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("late_until", sa.Date(), nullable=True),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("accrued", sa.BigInteger(), nullable=False),
        sa.Column("accrued_until", sa.Date(), nullable=True),
        sa.CheckConstraint("charge_outstanding >= 0"),
        sa.CheckConstraint("fee_outstanding >= 0"),
        sa.CheckConstraint("principal_outstanding >= 0"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("offer_id", "facility_id"),
        schema="financing",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("advances_asset", "advances", ["asset_id"], schema="financing")
    op.create_table(
        "appetites",
        sa.Column("facility_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.Column("grades", sa.JSON(), nullable=False),
        sa.Column("fee_bps_per_30_days", sa.BigInteger(), nullable=True),
        sa.Column("share_bps", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("facility_id"),
        schema="financing",
    )
    op.create_table(
        "assets",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("obligor_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("advances", sa.JSON(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="financing",
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "facilities",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=False),
        sa.Column("limit_currency", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("limit_minor > 0"),
        sa.PrimaryKeyConstraint("id"),
        schema="financing",
    )
    op.create_index("facilities_position", "facilities", ["position"], schema="financing")
    op.create_index("facilities_seller", "facilities", ["seller_id"], schema="financing")
    op.create_table(
        "mandates",
        sa.Column("seller_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("per_offer_max_minor", sa.BigInteger(), nullable=False),
        sa.Column("per_offer_max_currency", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seller_id"),
        schema="financing",
    )
    op.create_table(
        "obligor_facilities",
        sa.Column("obligor_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("facilities", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("obligor_id"),
        schema="financing",
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("asset_kind", sa.Text(), nullable=False),
        sa.Column("technique", sa.Text(), nullable=False),
        sa.Column("recourse", sa.Boolean(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("obligor_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("receivable_minor", sa.BigInteger(), nullable=False),
        sa.Column("receivable_currency", sa.Text(), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("principal_currency", sa.Text(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_currency", sa.Text(), nullable=False),
        sa.Column("fee_operator_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_operator_currency", sa.Text(), nullable=False),
        sa.Column("tenor_days", sa.BigInteger(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="financing",
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("offers_asset", "offers", ["asset_id"], schema="financing")
    op.create_table(
        "recalled_advances",
        sa.Column("seller_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("advances", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seller_id"),
        schema="financing",
    )
    op.create_table(
        "seller_facilities",
        sa.Column("seller_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("facilities", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seller_id"),
        schema="financing",
    )


def risk() -> None:
    op.execute("create schema if not exists risk")
    op.create_table(
        "adopted_lists",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("lists", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="risk",
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("list_version", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="risk",
    )
    op.create_index("decisions_subject", "decisions", ["subject"], schema="risk")
    op.create_table(
        "financed_invoices",
        sa.Column("fingerprint", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("advance_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
        schema="risk",
    )
    op.create_table(
        "list_versions",
        sa.Column("version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("staged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version"),
        schema="risk",
    )
    op.create_table(
        "windows",
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("buckets", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        schema="risk",
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=True),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status <> 'closed' or (assessed_by is not null and closed_by is not null)",
            name="cases_closed_by_two",
        ),
        sa.CheckConstraint("closed_by <> assessed_by", name="cases_four_eyes"),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["risk.decisions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        schema="risk",
    )
    op.create_index(
        "cases_open",
        "cases",
        ["opened_at"],
        schema="risk",
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index("cases_subject", "cases", ["subject"], schema="risk")
    op.create_table(
        "list_entries",
        sa.Column("version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("birth_years", sa.JSON(), nullable=False),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["risk.list_versions.version"],
        ),
        sa.PrimaryKeyConstraint("version", "entry_id"),
        schema="risk",
    )
    op.create_table(
        "clearances",
        sa.Column("subject", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["risk.cases.id"],
        ),
        sa.PrimaryKeyConstraint("subject"),
        schema="risk",
    )


def evidence() -> None:
    op.execute("create schema if not exists evidence")
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(root) = 32"),
        sa.CheckConstraint("size > 0"),
        sa.PrimaryKeyConstraint("size"),
        schema="evidence",
    )
    op.create_table(
        "tiles",
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("mod(octet_length(hashes), 32) = 0"),
        sa.CheckConstraint("octet_length(hashes) between 32 and 8192"),
        sa.PrimaryKeyConstraint("level", "number"),
        schema="evidence",
    )
