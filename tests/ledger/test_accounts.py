"""Accounts opened by hand: of the chart's kinds, and none that a program keeps."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from usance.kernel.money import Currency
from usance.ledger.events import AccountsOpened
from usance.ledger.model import Ref
from usance.ledger.service import OpenAccounts, apply_open_accounts
from usance.parties.model import OPERATOR
from usance.runtime.draft import Overlay, State


@pytest.mark.parametrize(
    ("kinds", "code", "field"),
    [
        pytest.param(("nostro", "nostro", "fee_income"), "", "", id="ours"),
        pytest.param(("nostro", "gold"), "unknown_account_kind", "accounts[1].kind", id="nobody's"),
        # It would stand where a program's own account is to be opened, and block it for ever.
        pytest.param(("raw",), "account_of_programs", "accounts[0].kind", id="a program's"),
    ],
)
def test_what_may_be_opened_by_hand(kinds, code, field):
    overlay = Overlay(State(), datetime(2026, 9, 9, tzinfo=UTC))
    overlay.begin(UUID(int=1), OPERATOR)
    refs = tuple(Ref(kind, Currency("GBP"), OPERATOR) for kind in kinds)

    refusal = apply_open_accounts(overlay, OpenAccounts(refs), None)

    if code:
        assert (refusal.code, refusal.field) == (code, field)
        assert overlay.told(AccountsOpened) is None
    else:
        assert refusal is None
        assert overlay.told(AccountsOpened).numbers == (1, 1, 2)
