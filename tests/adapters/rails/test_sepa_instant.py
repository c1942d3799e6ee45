"""Instant transfers in euro: what the scheme wants said, and what it does not take."""

import asyncio

import pytest
from lxml import etree
from tests.adapters.rails.golden import assert_golden
from tests.adapters.rails.test_iso20022_writing import schema_of
from tests.ports.subjects import T0, asked, reached

from usance.adapters.rails import sepa_instant
from usance.adapters.rails.iso20022 import translate, writing
from usance.adapters.rails.iso20022.simulator import BankServer
from usance.kernel.money import parse
from usance.kernel.records import replace
from usance.payments.model import TransferParty
from usance.payments.ports import AnswerKind
from usance.payments.rules.answers import not_taken

RAIL = sepa_instant.simulated()
PAYOUT = asked(RAIL, 1)


def test_the_order_is_valid_and_says_what_the_scheme_wants():
    order = translate.order_of(
        replace(PAYOUT, creditor=replace(PAYOUT.creditor, name="N" * 90)), T0, sepa_instant.SCHEME
    )
    written = writing.pain_001(order)
    root = etree.fromstring(written)

    schema_of(root).assertValid(root)
    assert_golden("sepa_instant/pain001.xml", written.decode())
    assert root.findtext(".//{*}SvcLvl/{*}Cd") == "SEPA"
    assert root.findtext(".//{*}LclInstrm/{*}Cd") == "INST"
    assert root.findtext(".//{*}ChrgBr") == "SLEV"
    assert len(root.findtext(".//{*}Cdtr/{*}Nm")) == 70


@pytest.mark.parametrize(
    ("creditor", "lacks"),
    [
        (PAYOUT.creditor, ""),
        (replace(PAYOUT.creditor, account="12345678"), "CdtrAcct/Id/IBAN"),
        (TransferParty(), "Cdtr/Nm"),
    ],
)
def test_both_ends_are_ibans(creditor, lacks):
    dispatch = replace(PAYOUT, creditor=creditor)

    assert translate.lacking(dispatch, sepa_instant.SCHEME) == lacks


@pytest.mark.parametrize(
    ("amount", "code"), [("1.00 EUR", None), ("1.00 GBP", "currency_not_taken")]
)
def test_only_euro_is_taken(amount, code):
    dispatch = replace(PAYOUT, amount=parse(*amount.split()))
    refused = not_taken(RAIL.capabilities, RAIL.limits, dispatch)

    assert (refused and refused.code) == code


def test_who_has_no_answer_in_time_asks_and_it_was_done_once():
    silent = replace(sepa_instant.simulated().behaviour, silent_bps=10_000, refused_bps=0)
    server = BankServer(sepa_instant.simulated(1, silent), T0)
    client = sepa_instant.client(reached(server))

    assert asyncio.run(client.send(PAYOUT, T0)).kind is AnswerKind.UNKNOWN
    server.now = T0 + silent.silent_for
    assert asyncio.run(client.ask(PAYOUT, server.now)).kind is AnswerKind.CONFIRMED
    assert len(server._ordered) == 1


def test_the_environment_names_the_participant(monkeypatch):
    assert type(sepa_instant.rail()).__name__ == "SimulatedRail"
    monkeypatch.setenv(sepa_instant.URL_VARIABLE, "https://bank.test")
    assert type(sepa_instant.rail()).__name__ == "CreditTransferRail"
