"""How the API says no: in both languages, with the field, the value and what to do."""

import re

import pytest
from tests.api.conftest import SELLER, order_id
from tests.house.tree import ROOT

from usance.api.errors import CODES, all_codes, noun
from usance.api.faults import parts_of, pointer
from usance.kernel.ids import PartyId


def test_a_problem_names_field_value_and_remedy(house):
    answer = house.post("/v1/payments", {"order_id": str(order_id(999))})

    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == body["status"]
    assert body["type"] == "urn:usance:problem:unknown_order"
    assert body["instance"] == "/v1/payments"
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert body["errors"][0]["pointer"] == "/order_id"
    assert str(order_id(999)) in body["detail"]
    assert body["remedy"] in body["detail"]


def test_nobody_is_paid_who_is_not_known(house):
    nobody = str(PartyId.derived(0, "nobody"))
    money = {"amount": "1.00", "currency": "CNY"}

    answer = house.post("/v1/payouts", {"seller_id": nobody, "amount": money})

    assert answer.json()["code"] == "unknown_party"
    assert answer.json()["errors"][0]["pointer"] == "/seller_id"


def test_words_follow_the_language_and_codes_do_not(house):
    asked = {"order_id": "pay_1", "metod": "card"}

    english = house.post("/v1/payments", asked, headers={"Accept-Language": "fr, en;q=0.5"})
    chinese = house.post(
        "/v1/payments", asked, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
    )

    assert [one["code"] for one in english.json()["errors"]] == ["malformed_id", "unknown_field"]
    assert [one["code"] for one in chinese.json()["errors"]] == ["malformed_id", "unknown_field"]
    assert chinese.headers["content-language"] == "zh"
    assert "标识" in chinese.json()["title"]
    assert "not an id" in english.json()["title"]


STATEMENT = f"/v1/reports/statement?seller_id={SELLER}"
REFUND = {"amount": {"amount": "1.00", "currency": "GBP"}}
PARTY = {"kind": "seller", "legal_name": "A Shop", "country": "GB"}


def refund(**amount):
    return {"amount": {**REFUND["amount"], **amount}}


WRONG_LEI = {**PARTY, "identifiers": [{"scheme": "lei", "value": "99990000USANCEDEMO43"}]}
NOBODY = {"seller_id": str(PartyId.derived(0, "x")), **REFUND}
ONE = {"order_id": str(order_id(1))}
CARD = {**ONE, "card_token": "4111 1111 1111 1111"}
BATCH = "/v1/payments/batch"
BAD = [
    ("unknown currency", "refunds", refund(currency="XXX"), "unknown_currency", "/amount"),
    ("too many decimals", "refunds", refund(amount="1.001"), "too_many_decimals", "/amount"),
    ("negative", "refunds", refund(amount="-1.00"), "negative_amount", "/amount"),
    ("zero", "refunds", refund(amount="0"), "negative_amount", "/amount"),
    ("not a number", "refunds", refund(amount="NaN"), "malformed_amount", "/amount"),
    ("exponent", "refunds", refund(amount="1e3"), "malformed_amount", "/amount"),
    ("no digits", "refunds", refund(amount="-"), "malformed_amount", "/amount"),
    ("two points", "refunds", refund(amount="1.2.3"), "malformed_amount", "/amount"),
    ("other digits", "refunds", refund(amount="١٢"), "malformed_amount", "/amount"),
    ("a float", "refunds", refund(amount=1.5), "malformed_amount", "/amount"),
    ("huge", "refunds", refund(amount="9" * 30), "amount_too_large", "/amount"),
    ("an amount alone", "refunds", {"amount": "1.00"}, "malformed_amount", "/amount"),
    ("nothing", "refunds", {}, "missing_field", "/amount"),
    ("unknown field", "refunds", {**REFUND, "x": 1}, "unknown_field", "/x"),
    ("a zero byte", "refunds", {**REFUND, "reason": "a\0b"}, "unreadable_text", "/reason"),
    ("half a pair", "refunds", {**REFUND, "reason": "\ud800"}, "unreadable_text", "/reason"),
    ("too long", "refunds", {**REFUND, "reason": "x" * 501}, "out_of_range", "/reason"),
    ("wrong type", "refunds", {**REFUND, "reason": ["x"]}, "wrong_type", "/reason"),
    ("a list", "refunds", [REFUND], "wrong_type", ""),
    ("check digit", "/v1/parties", WRONG_LEI, "", "/identifiers"),
    ("no such country", "/v1/parties", {**PARTY, "country": "QQ"}, "", "/country"),
    ("no such grade", "/v1/parties", {**PARTY, "risk_grade": "Z"}, "unknown_grade", "/risk_grade"),
    ("no such kind", "/v1/parties", {**PARTY, "kind": "friend"}, "not_a_choice", "/kind"),
    ("blank name", "/v1/parties", {**PARTY, "legal_name": " "}, "malformed_name", "/legal_name"),
    ("wrong kind of id", "/v1/payments", {"order_id": str(SELLER)}, "malformed_id", "/order_id"),
    ("a bare uuid", "/v1/payments", {"order_id": str(SELLER.hex)}, "malformed_id", "/order_id"),
    ("a number as id", "/v1/payments", {"order_id": 10**400}, "malformed_id", "/order_id"),
    ("a card number", "/v1/payments", CARD, "card_number_not_taken", "/card_token"),
    ("too many", BATCH, {"payments": [ONE] * 1001}, "out_of_range", "/payments"),
    ("in the middle", BATCH, {"payments": [ONE, {}]}, "missing_field", "/payments/1/order_id"),
    ("unknown party", "/v1/payouts", NOBODY, "", "/seller_id"),
]  # fmt: skip


@pytest.mark.parametrize(("_case", "path", "body", "code", "pointer"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_is_refused_by_name(house, _case, path, body, code, pointer):
    whole = path if path.startswith("/") else f"/v1/payments/{paid(house)}/{path}"

    answer = house.post(whole, body)

    problem = answer.json()
    assert 400 <= answer.status_code < 500, answer.text
    assert code in {"", problem["code"]}
    assert problem["remedy"]
    if pointer:
        assert problem["errors"][0]["pointer"].startswith(pointer)
    assert "4111" not in answer.text


def paid(house) -> str:
    """The payment that refunds are asked of; made once."""
    made = house.post("/v1/payments", {"order_id": str(order_id(1))}, key="the one payment")
    assert made.status_code == 201, made.text
    return made.json()["id"]


NAMED = "/v1/ledger/named_accounts"
ACCOUNT = {"id": "00000000-0000-7000-8000-000000000001", "currency": "GBP", "code": 1}
STATES = "/v1/ledger/accounts/1/statement?last_day=2026-09-09&first_day="


def one(**more):
    return {"accounts": [{**ACCOUNT, **more}]}


@pytest.mark.parametrize(
    ("_case", "path", "body", "code", "field", "value", "remedy"),
    [
        ("choice", "/v1/parties", {**PARTY, "kind": "friend"}, "not_a_choice",
            "kind", "friend", "operator, seller, funder, buyer, regulator"),
        ("flag", NAMED, one(flags=["fast"]), "not_a_choice",
            "accounts[0].flags[0]", "fast", "credits_must_not_exceed_debits"),
        ("too many", BATCH, {"payments": [ONE] * 1001}, "out_of_range",
            "payments", "a list of 1001", "a list with a length of at most 1000"),
        ("too few", NAMED, {"accounts": []}, "out_of_range",
            "accounts", "a list of 0", "a list with a length of at least 1"),
        ("too long", "/v1/parties", {**PARTY, "legal_name": "x" * 501}, "out_of_range",
            "legal_name", "x" * 80, "text with a length of at most 500"),
        ("too small", NAMED, one(code=-1), "out_of_range", "accounts[0].code", "-1", "at least 0"),
        ("a day too early", f"{STATES}1066-01-01", None, "out_of_range",
            "first_day", "1066-01-01", "at least 1990-01-01; a day beyond 1990 to 2200"),
        ("no day", f"{STATES}2026-13-01", None, "wrong_format",
            "first_day", "2026-13-01", "a day, as in 2026-09-09"),
        ("a word for a day", f"{STATES}soon", None, "wrong_format",
            "first_day", "soon", "a day, as in"),
        ("no UUID", NAMED, one(id="1"), "wrong_format", "accounts[0].id", "1", "a UUID"),
        ("a number for a UUID", NAMED, one(id=1), "wrong_type", "accounts[0].id", "1", "a UUID"),
        ("a word for a number", "/v1/ledger/accounts/x", None, "wrong_format",
            "number", "x", "a whole number"),
        ("a very long number", "/v1/facts?limit=" + "9" * 5000, None, "wrong_format",
            "limit", "9" * 80, "a whole number"),
        ("half a number", NAMED, one(code=1.5), "wrong_type",
            "accounts[0].code", "1.5", "a whole number"),
        ("a moment without its zone", "/v1/ledger/accounts/1/balance?recorded_at=2026-09-09T12:00",
            None, "wrong_format", "recorded_at", "2026-09-09T12:00", "a moment with its zone"),
        ("no account", "/v1/ledger/accounts/0", None, "out_of_range", "number", "0", "at least 1"),
        ("a list for an object", NAMED, [], "wrong_type", "body", "a list of 0", "a JSON object"),
        ("a word for a list", NAMED, {"accounts": "x"}, "wrong_type",
            "accounts", "x", "a JSON list"),
        ("a list for a word", NAMED, one(currency=["GBP"]), "unknown_currency",
            "accounts[0].currency", "a list of 1", "three-letter"),
        ("a field of nobody's", NAMED, one(metod=1), "unknown_field",
            "accounts[0].metod", "", "There is: id, currency, code, flags."),
        ("one at the top", NAMED, {**one(), "x": 1}, "unknown_field",
            "x", "", "There is: accounts."),
        ("a secret", "/v1/payments", CARD, "card_number_not_taken", "card_token", "", "token"),
        ("nothing there", "/v1/ledger/accounts/9999", None, "not_found", "account", "9999", "id"),
        ("no address", "/v1/nothing", None, "not_found", "address", "/v1/nothing", ""),
        ("a kind that is none", "/v1/ledger/accounts",
            {"accounts": [{"kind": "x", "currency": "GBP", "owner": str(SELLER)}]},
            "unknown_account_kind", "accounts[0].kind", "x", "postings.md"),
    ],
)  # fmt: skip
def test_every_fault_names_field_value_and_remedy(
    house, _case, path, body, code, field, value, remedy
):
    by = "ledger" if path == NAMED else "admin" if "ledger" in path else "operations"

    answer = house.get(path) if body is None else house.post(path, body, by=by)

    fault = answer.json()["errors"][0]
    assert (fault["code"], fault["field"], fault["value"]) == (code, field, value)
    assert remedy in fault["remedy"]
    assert "{" not in answer.json()["detail"].replace('{"amount"', "")


@pytest.mark.parametrize(
    ("_case", "content", "place"),
    [
        ("an end too soon", b'{\n  "order_id": ', "line 2, column 15"),
        ("a comma too many", b'{"order_id": "x",}', "line 1, column 1"),
        ("not UTF-8", b'{"order_id": "\xff"}', "UTF-8"),
        ("too deep", b"[" * 100_000, "nested too deeply"),
    ],
)
def test_broken_json_is_told_where_it_breaks(house, _case, content, place):
    headers = {"Content-Type": "application/json"}

    answer = house.ask("POST", "/v1/payments", key="broken", content=content, headers=headers)

    assert place in answer.json()["errors"][0]["known"]


def test_what_is_not_there_has_a_chinese_name(house):
    chinese = {"Accept-Language": "zh"}

    titles = [
        house.get(path, headers=chinese).json()["title"]
        for path in ("/v1/ledger/accounts/9999", "/v1/nothing")
    ]

    assert titles == ["账户 9999 不存在。", "地址 /v1/nothing 不存在。"]


def test_every_noun_that_is_not_found_has_a_chinese_name():
    said = re.compile(r'(?:NotFound|require_own)\(\s*"([^"]+)"')
    nouns = {
        noun
        for path in (ROOT / "src/usance/api").glob("*.py")
        for noun in said.findall(path.read_text())
    }

    assert nouns
    assert {each for each in nouns if noun(each, "zh") == each} == set()


@pytest.mark.parametrize(
    ("_case", "content", "status", "code"),
    [
        ("not JSON", b"{", 400, "not_json"),
        ("not UTF-8", b"\xff\xfe", 400, "not_json"),
        ("too deep", b"[" * 100_000, 400, "not_json"),
        ("nothing", b"", 422, "missing_field"),
        ("too large", b" " * (1024 * 1024 + 1), 413, "body_too_large"),
    ],
)
def test_a_body_that_is_none_is_refused(house, _case, content, status, code):
    answer = house.ask(
        "POST",
        "/v1/payments",
        key="broken",
        content=content,
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded"}, "x-www-form-urlencoded"),
        ({}, "Content-Type is missing"),
    ],
)
def test_what_does_not_say_that_it_is_json_is_told_to(house, headers, said):
    content = b'{"order_id": 1}'

    answer = house.ask("POST", "/v1/payments", key="a form", content=content, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "content_type_not_json")
    assert said in answer.json()["title"]
    assert "application/json" in answer.json()["remedy"]


def test_a_body_that_grows_while_it_arrives_is_cut_off(house):
    async def endless():
        for _ in range(3):
            yield b" " * 500_000

    answer = house.ask("POST", "/v1/payments", key="growing", content=endless())

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("_case", "path", "status", "code"),
    [
        ("no such address", "/v1/nothing", 404, "not_found"),
        ("no such id", f"/v1/payments/{'pay_' + '0' * 26}", 404, "not_found"),
        ("no id", "/v1/payments/pay_%00", 422, "malformed_id"),
        ("a zero byte", "/v1/orders?invoice_no=%00", 422, "unreadable_text"),
        ("a zero byte to trace", "/v1/trace/%00", 422, "unreadable_text"),
        ("a cursor of nothing", "/v1/payments?cursor=xyz", 422, "malformed_cursor"),
        ("a cursor with signs", "/v1/payments?cursor=%E2%82%AC", 422, "malformed_cursor"),
        ("no limit", "/v1/payments?limit=0", 422, "out_of_range"),
        ("a long limit", "/v1/payments?limit=" + "9" * 5000, 422, ""),
        ("a far position", "/v1/facts/" + "9" * 30, 422, "out_of_range"),
        ("a far day", f"{STATEMENT}&last_day=9999-12-31", 422, "out_of_range"),
        ("a method", "/v1/payments/batch", 405, "method_not_allowed"),
    ],
)  # fmt: skip
def test_a_bad_address_is_refused(house, _case, path, status, code):
    answer = house.ask("DELETE" if status == 405 else "GET", path)

    assert answer.status_code == status, answer.text
    assert code in {"", answer.json()["code"]}


def test_every_answer_carries_its_number_and_its_trace(house):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    echoed = house.get("/livez", by="", headers={"X-Request-Id": "mine-1", "traceparent": trace})
    given = house.get("/livez", by="", headers={"X-Request-Id": "a b", "traceparent": "x"})

    assert echoed.headers["X-Request-Id"] == "mine-1"
    assert echoed.headers["traceparent"].split("-")[1] == trace.split("-")[1]
    assert given.headers["X-Request-Id"].startswith("req_")
    assert given.headers["X-Content-Type-Options"] == "nosniff"


def test_a_failed_engine_makes_the_process_unready_and_nothing_is_lost(house):
    house.session.engine.failure = "The disk is full."
    try:
        ready = house.get("/readyz", by="")
        asked = house.post("/v1/payments", {"order_id": str(order_id(20))}, key="while down")
    finally:
        house.session.engine.failure = ""

    assert ready.status_code == asked.status_code == 503
    assert "disk" in ready.json()["reason"]
    assert asked.headers["Retry-After"]
    later = house.post("/v1/payments", {"order_id": str(order_id(20))}, key="while down")
    assert later.status_code == 201


def test_a_bug_is_a_problem_too_and_tells_nothing(house, monkeypatch):
    async def broken(*_args):
        raise RuntimeError("select secret")

    monkeypatch.setattr(type(house.session), "now", broken)

    answer = house.get(f"/v1/reports/statement?seller_id={SELLER}")

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "secret" not in answer.text


def test_our_own_codes_mean_one_thing_in_two_languages():
    for code in CODES:
        assert all_codes()[code.code] == code
        assert code.zh != code.en
        assert code.remedy_zh != code.remedy_en


def test_a_field_path_becomes_a_pointer():
    assert pointer(parts_of("lines[0].amount")) == "/lines/0/amount"
    assert pointer(parts_of("a/b~c")) == "/a~1b~0c"
    assert pointer(parts_of("")) == ""


PREVIEW = f"/v1/fees/preview?seller_id={SELLER}&amount=1.00&currency=GBP"


@pytest.mark.parametrize(
    ("_case", "path", "field", "code"),
    [
        ("a rail that is none", f"{PREVIEW}&buyer_country=GB&rail=pigeon", "rail", "not_a_choice"),
        (
            "a buyer of nowhere",
            f"{PREVIEW}&buyer_country=XX&rail=card",
            "buyer_country",
            "unknown_country",
        ),
        ("a way to nowhere", "/v1/corridors?country=XX", "country", "unknown_country"),
    ],
)
def test_what_is_asked_after_must_exist(house, _case, path, field, code):
    no = house.get(path)

    assert (no.status_code, no.json()["code"]) == (422, code), no.text
    assert no.json()["errors"][0]["field"] == field
    if code == "not_a_choice":
        assert "bank_transfer" in no.json()["remedy"]


def test_a_method_nobody_knows_is_told_with_those_there_are(house):
    body = {"order_id": str(order_id(31)), "method": "pigeon"}

    no = house.post("/v1/payments", body)

    assert (no.status_code, no.json()["code"]) == (422, "not_a_choice"), no.text
    assert "bank_transfer" in no.json()["remedy"]
    # One there is, that this buyer cannot use, is another matter.
    other = house.post("/v1/payments", {"order_id": str(order_id(31)), "method": "card"})
    assert (other.status_code, other.json()["code"]) == (409, "instrument_missing")


def test_a_refund_of_too_much_says_what_is_left(house):
    body = {"order_id": str(order_id(32)), "method": "bank_transfer"}
    paid = house.post("/v1/payments", body).json()
    house.quiet()
    path = f"/v1/payments/{paid['id']}/refunds"

    much = house.post(path, {"amount": {"amount": "999.00", "currency": "GBP"}}).json()
    euros = house.post(path, {"amount": {"amount": "1.00", "currency": "EUR"}}).json()

    assert much["title"] == "amount: 52.50 GBP is all that is left of the payment."
    assert (euros["code"], euros["errors"][0]["value"]) == ("currency_mismatch", "EUR")


def test_whoever_lacks_a_scope_is_told_which_roles_give_it_and_what_the_second_person_needs(house):
    no = house.post("/v1/payouts", {}, by="regulator")

    assert (no.status_code, no.json()["code"]) == (403, "not_allowed")
    assert "operations, seller" in no.json()["remedy"]
    assert "proposals:approve" in no.json()["remedy"]


@pytest.mark.parametrize(
    ("method", "path", "known"),
    [
        ("DELETE", "/v1/orders", "GET, POST"),
        ("PUT", f"/v1/payment_links/{'plk_' + '0' * 26}", "DELETE, GET"),
        ("PATCH", "/v1/payments/batch", "GET, POST"),
        ("POST", "/livez", "GET"),
    ],
)
def test_a_wrong_method_is_told_all_that_the_address_knows(house, method, path, known):
    no = house.ask(method, path)

    assert (no.status_code, no.headers["Allow"]) == (405, known)
    assert known in no.json()["remedy"]


def test_an_id_of_another_kind_is_told_which_prefix_belongs_there(house):
    no = house.post("/v1/payments", {"order_id": str(SELLER)}).json()

    assert no["errors"][0]["value"] == str(SELLER)
    assert f"{SELLER} ≠ ord_" in no["title"]
