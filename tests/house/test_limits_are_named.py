"""Whoever is over a limit is told its figure, and where it stands."""

import re

import pytest

from usance.api.errors import all_codes

# A sentence that speaks of too much.
_SPEAKS = re.compile(
    r"too (many|large|long|late|often|far)|(more|less|larger|longer|later) than|at most|as many as"
)
# Said of what needs no figure.
_WITHOUT = {"given_twice"}
# What a policy decides, so that its sentence says in which row the figure stands.
BY_POLICY = {
    "escrow_without_end": "payments.split",
    "too_many_shares": "payments.split",
    "link_expiry": "payments.link",
    "link_attempts": "payments.link",
    "quote_lifetime": "payments.quote_lock",
    "fx_limit_reached": "payments.fx_limit",
    "payee_cooling": "payments.payee",
    "payout_needs_approval": "payments.payout",
    "payout_batch_size": "payments.payout_batch",
    "too_many_lines_refused": "payments.payout_batch",
    "too_many_webhook_endpoints": "parties.webhooks",
    "order_ahead_of_time": "trade.order",
}


@pytest.mark.parametrize("code", sorted(all_codes()))
def test_what_speaks_of_too_much_says_how_much_is_allowed(code):
    for said in (all_codes()[code].en, all_codes()[code].remedy_en):
        if _SPEAKS.search(said) and code not in _WITHOUT:
            words = all_codes()[code]
            figure = re.search(r"\d|\{allowed\}|\{value\}", f"{words.en} {words.remedy_en}")
            assert figure, words.en


@pytest.mark.parametrize(("code", "row"), BY_POLICY.items())
def test_what_a_policy_limits_names_its_row(code, row):
    words = all_codes()[code]

    for language in ("en", "zh"):
        assert row in words.remedy(language)
        assert "{value}" in (words.en if language == "en" else words.zh)


@pytest.mark.parametrize("code", sorted(all_codes()))
def test_a_remedy_speaks_to_every_mouth(code):
    """A file, a route, a command: whoever cannot use it must see that others are meant."""
    for language in ("en", "zh"):
        remedy = all_codes()[code].remedy(language)
        if "mapping" in remedy or "映射" in remedy:
            assert code in OF_FILES or re.search(r"in a file|file's|文件", remedy), remedy
        if re.search(r"(GET|POST|PUT) /v1", remedy):
            assert code in OF_THE_API or re.search(r"HTTP|usance ", remedy), remedy


# Said only to who has handed over a file.
OF_FILES = {
    "broken_bytes",
    "broken_statement_mapping",
    "malformed_time",
    "missing_column",
    "no_currency",
    "no_header",
    "not_a_message",
}
# Said only where a program asks.
OF_THE_API = {"account_of_programs"}
