"""Where parties are kept."""

from typing import Final

import sqlalchemy as sa

from usance.parties.model import (
    ApiKey,
    BankAccount,
    Beneficiary,
    EndpointCount,
    MainAccount,
    Party,
    PartyAddress,
    PayeeAccount,
    Proposal,
    ProposalState,
    User,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
    WebhookHealth,
)
from usance.runtime.rows import cold_table, hot_table, never, view

SCHEMA: Final = "parties"
PARTIES: Final = hot_table(
    SCHEMA,
    "parties",
    Party,
    sa.UniqueConstraint("reference"),
    sa.Index("parties_position", "position"),
    sa.CheckConstraint(
        "kind in ('operator', 'seller', 'funder', 'buyer', 'regulator', 'payee', 'insurer',"
        " 'guarantor', 'warehouse_keeper')"
    ),
    sa.CheckConstraint("status in ('active', 'frozen', 'closed')"),
    key="id",
)
BY_REFERENCE: Final = PARTIES.lookup("reference")
BANK_ACCOUNTS: Final = hot_table(
    SCHEMA,
    "bank_accounts",
    BankAccount,
    sa.CheckConstraint("(iban is null) <> (number is null)"),
    sa.Index("bank_accounts_party", "party_id"),
    key="id",
    references={"party_id": "parties.parties.id"},
)
MAIN_ACCOUNTS: Final = hot_table(
    SCHEMA,
    "main_accounts",
    MainAccount,
    key="party_id",
    references={
        "party_id": "parties.parties.id",
        "bank_account_id": "parties.bank_accounts.id",
    },
)
PARTY_ADDRESSES: Final = hot_table(
    SCHEMA,
    "party_addresses",
    PartyAddress,
    key="party_id",
    keep=never,
    references={"party_id": "parties.parties.id"},
)
BENEFICIARIES: Final = hot_table(
    SCHEMA,
    "beneficiaries",
    Beneficiary,
    sa.CheckConstraint("(iban is null) <> (number is null)"),
    sa.CheckConstraint("status in ('active', 'closed')"),
    sa.CheckConstraint("(name_check = 'pending') = (checked_at is null)"),
    sa.Index("beneficiaries_party", "party_id", "position"),
    sa.Index("beneficiaries_unchecked", "id", postgresql_where=sa.text("name_check = 'pending'")),
    key="id",
    references={"party_id": "parties.parties.id"},
)
PAYEE_ACCOUNTS: Final = hot_table(
    SCHEMA,
    "payee_accounts",
    PayeeAccount,
    key=("party_id", "account"),
    references={"party_id": "parties.parties.id"},
)
USERS: Final = hot_table(
    SCHEMA,
    "users",
    User,
    sa.Index("users_party", "party_id"),
    key="id",
    references={"party_id": "parties.parties.id"},
)
KEYS: Final = hot_table(
    SCHEMA,
    "api_keys",
    ApiKey,
    sa.UniqueConstraint("prefix"),
    sa.Index("api_keys_user", "user_id"),
    key="id",
    references={"user_id": "parties.users.id"},
)
BY_PREFIX: Final = KEYS.lookup("prefix")
PROPOSALS: Final = hot_table(
    SCHEMA,
    "proposals",
    Proposal,
    # Four eyes, from the first day: the last line behind the rule of the same name.
    sa.CheckConstraint("maker <> checker", name="four_eyes"),
    sa.CheckConstraint("(state = 'proposed') = (checker is null)"),
    sa.CheckConstraint("(state = 'proposed') = (decided_position is null)"),
    sa.CheckConstraint("state = 'approved' or refusal is null"),
    sa.Index("proposals_position", "position", unique=True),
    sa.Index("proposals_open", "position", postgresql_where=sa.text("state = 'proposed'")),
    key="id",
    references={"maker": "parties.users.id", "checker": "parties.users.id"},
    keep=lambda proposal: proposal.state is ProposalState.PROPOSED,
    keep_sql="state = 'proposed'",
)
WEBHOOK_ENDPOINTS: Final = hot_table(
    SCHEMA,
    "webhook_endpoints",
    WebhookEndpoint,
    sa.Index("webhook_endpoints_party", "party_id"),
    key="id",
    references={"party_id": "parties.parties.id"},
    keep=lambda endpoint: endpoint.deleted_at is None,
    keep_sql="deleted_at is null",
)
ENDPOINTS_OF: Final = hot_table(SCHEMA, "endpoint_counts", EndpointCount, key="party_id")
# What follows is the worker's: written as events go out.
WEBHOOK_EVENTS: Final = cold_table(SCHEMA, "webhook_events", WebhookEvent, key="id")
WEBHOOK_DELIVERIES: Final = cold_table(
    SCHEMA,
    "webhook_deliveries",
    WebhookDelivery,
    # At least one request for each row, and one row for each event and endpoint.
    sa.CheckConstraint("(state in ('pending', 'failed')) = (due_at is not null)"),
    sa.Index("webhook_deliveries_event", "event_id"),
    sa.Index(
        "webhook_deliveries_due",
        "endpoint_id",
        "position",
        postgresql_where=sa.text("due_at is not null"),
    ),
    key=("endpoint_id", "event_id"),
)
WEBHOOK_HEALTH: Final = cold_table(SCHEMA, "webhook_health", WebhookHealth, key="endpoint_id")

# Published.
view(
    SCHEMA,
    "v_parties",
    "select id, kind, legal_name, local_name, country, status, reference from parties.parties",
)
# With the facts that tell of each: how it was made, and how it was decided and carried out.
view(SCHEMA, "v_proposals", "select id, position, decided_position from parties.proposals")
