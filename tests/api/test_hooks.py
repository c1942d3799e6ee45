"""What rails post to us: kept as it came, believed where it was signed, taken once, in order."""

from datetime import timedelta

import pytest
from tests.api.conftest import T0, order_id

from usance.adapters.rails.signatures import TOLERANCE_SECONDS
from usance.adapters.rails.simulated_hooks import HEADER, signed
from usance.kernel.ids import InstructionId, derive
from usance.kernel.money import parse
from usance.kernel.records import replace
from usance.payments import store
from usance.payments.ports import (
    NOBODYS,
    AnswerKind,
    HookAnswer,
    HookNews,
    NoticeKind,
    RailAnswer,
    RailNotice,
)
from usance.runtime.clock import wall_now

SECRET = "simulated-card-secret"
_numbers = iter(range(60))


@pytest.fixture(scope="module", autouse=True)
def secrets(house):
    house.session.secrets.add_for_rail("card", SECRET)


@pytest.fixture(scope="module")
def sold(house) -> tuple[str, InstructionId]:
    return pending(house)


def pending(house, method: str = "card") -> tuple[str, InstructionId]:
    """A payment whose rail was asked, or soon will be, and its instruction."""
    number = next(_numbers)
    asked = {"order_id": str(order_id(number)), "method": method}
    if method == "card":
        asked["card_token"] = f"tok_{number}"
    made = house.post("/v1/payments", asked, by="seller")
    assert made.status_code == 201, made.text
    payment = made.json()["id"]
    rows = house.run(
        house.session.pool.fetch("select id, payment_id from payments.instructions order by id")
    )
    return payment, InstructionId(rows[-1]["id"])


def answer(instruction, kind=AnswerKind.CONFIRMED, event="", at=T0) -> HookNews:
    said = RailAnswer(kind, "" if kind is AnswerKind.CONFIRMED else "said_so", "ref")
    return HookNews(event or f"e-{instruction.hex[-8:]}", at, (HookAnswer(instruction, said),))


def settlement(instruction, amount: str, event: str, reference: str) -> HookNews:
    notice = RailNotice(
        NoticeKind.SETTLED,
        reference,
        instruction,
        parse(amount, "GBP"),
        parse("0.10", "GBP"),
        T0.date(),
    )
    return HookNews(event, T0, (), (notice,))


def post(house, news: HookNews, *, rail="card", secret=SECRET, at=None, change=None, drop=False):
    """Post what a rail would; return the hook as it stands after the worker had its turn."""
    body, headers = signed(news, secret, at or wall_now())
    return posted(house, body if change is None else change(body), {} if drop else headers, rail)


def posted(house, body: bytes, headers: dict[str, str], rail: str = "card") -> dict:
    done = house.ask("POST", f"/v1/hooks/{rail}", by="", content=body, headers=headers)
    assert (done.status_code, done.json()) == (200, {"received": True})
    house.run(house.worker.round(T0))
    return house.get("/v1/hooks?limit=1").json()["data"][0]


def status(house, payment: str) -> str:
    return house.get(f"/v1/payments/{payment}").json()["status"]


def test_a_hook_books_the_answer_and_the_settlement(house):
    payment, instruction = pending(house)

    hook = post(house, answer(instruction))

    assert (hook["state"], hook["code"]) == ("taken", "")
    assert hook["event"] == f"e-{instruction.hex[-8:]}"
    assert status(house, payment) == "captured"
    gross = house.get(f"/v1/payments/{payment}").json()["gross"]["amount"]
    settled = post(house, settlement(instruction, gross, "settled-1", "set-1"))
    assert settled["state"] == "taken"
    assert status(house, payment) == "settled"
    # The same notice by another way is the same command: nothing more is booked.
    again = post(house, settlement(instruction, gross, "settled-1b", "set-1"))
    assert again["state"] == "taken"
    facts = house.get(f"/v1/facts?order_id={order_id(0)}&limit=100").json()["data"]
    assert len([one for one in facts if "payment_settled" in one["parts"]]) == 1


def test_what_a_hook_called_a_payment_is_how_later_hooks_find_it(house):
    payment, instruction = pending(house)
    said = HookAnswer(instruction, RailAnswer(AnswerKind.CONFIRMED, "", "ref-of-its-own"))
    assert post(house, HookNews("named-1", T0, (said,)))["state"] == "taken"
    kept = house.run(
        house.session.pool.fetchval(
            "select reference from payments.dispatches where instruction = $1", instruction
        )
    )
    assert kept == "ref-of-its-own"
    gross = house.get(f"/v1/payments/{payment}").json()["gross"]["amount"]
    [nameless] = settlement(NOBODYS, gross, "named-2", "set-named").notices
    # A name that nobody knows is nobody's; ours is found, and another rail's is not
    strange = replace(nameless, known_as="ref-of-nobody")
    hook = post(house, HookNews("named-2", T0, (), (strange,)))
    assert (hook["state"], hook["code"]) == ("refused", "unknown_instruction")
    ours = replace(nameless, known_as="ref-of-its-own")
    others = house.run(
        store.instructions_known_as(house.session.pool, "bank_transfer", ["ref-of-its-own"])
    )
    assert others == {}
    hook = post(house, HookNews("named-3", T0, (), (ours,)))
    assert hook["state"] == "taken"
    assert status(house, payment) == "settled"


@pytest.mark.parametrize(
    ("_case", "how", "code"),
    [
        ("another's secret", {"secret": "a guess of somebody"}, "forged_signature"),
        ("no signature", {"drop": True}, "forged_signature"),
        (
            "a changed body",
            {"change": lambda b: b.replace(b"said", b"says")},
            "forged_signature",
        ),
        ("a byte more", {"change": lambda body: body + b" "}, "forged_signature"),
        (
            "replayed",
            {"at": wall_now() - timedelta(seconds=TOLERANCE_SECONDS + 60)},
            "replayed_webhook",
        ),
        ("of the future", {"at": wall_now() + timedelta(hours=1)}, "replayed_webhook"),
        ("a rail that is none", {"rail": "pigeon"}, "unknown_rail"),
        ("no secret was given", {"rail": "bank_transfer"}, "no_hook_secret"),
    ],
)
def test_what_is_not_the_rails_own_is_kept_and_not_believed(house, sold, _case, how, code):
    payment, instruction = sold
    news = answer(instruction, AnswerKind.REFUSED, f"never {_case}")

    hook = post(house, news, **how)

    assert (hook["state"], hook["code"]) == ("refused", code)
    assert hook["body"]
    assert status(house, payment) != "failed"
    assert house.get(f"/v1/hooks?code={code}").json()["data"][0]["id"] == hook["id"]


@pytest.mark.parametrize(
    ("_case", "body"),
    [
        ("nothing", b""),
        ("no JSON", b"hello"),
        ("no text", b"\xff\xfe\x00"),
        ("a list", b"[]"),
        ("no time", b'{"id":"x"}'),
        ("a time without a zone", b'{"id":"x","created":"2026-09-09T08:00:00"}'),
        ("no id", b'{"id":"","created":"2026-09-09T08:00:00Z"}'),
        ("a long id", b'{"id":"' + b"x" * 300 + b'","created":"2026-09-09T08:00:00Z"}'),
        ("another field", b'{"id":"x","created":"2026-09-09T08:00:00Z","more":1}'),
        ("deep", b"[" * 100_000),
    ],
)
def test_what_is_signed_and_cannot_be_read_is_kept_too(house, _case, body):
    _, headers = signed(HookNews("x", T0), SECRET, wall_now())
    import hashlib
    import hmac

    seconds = headers[HEADER].split(",")[0].removeprefix("t=")
    mac = hmac.new(SECRET.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()

    hook = posted(house, body, {HEADER: f"t={seconds},v1={mac}"})

    assert (hook["state"], hook["code"]) == ("refused", "malformed_hook")


def test_what_a_rail_repeats_is_taken_once(house):
    payment, instruction = pending(house)
    news = answer(instruction, event="once")

    first, second = post(house, news), post(house, news)

    assert (first["state"], second["code"]) == ("taken", "repeated_hook")
    assert status(house, payment) == "captured"
    # In one round, too
    payment, instruction = pending(house)
    body, headers = signed(answer(instruction, event="twice"), SECRET, wall_now())
    for _ in range(3):
        house.ask("POST", "/v1/hooks/card", by="", content=body, headers=headers)
    house.run(house.worker.round(T0))
    rows = house.get("/v1/hooks?limit=3").json()["data"]
    assert sorted(row["code"] for row in rows) == ["", "repeated_hook", "repeated_hook"]


def test_hooks_are_worked_in_the_order_of_the_rails_time(house):
    # A rail refused and then carried out after all; the hooks come the other way round.
    payment, instruction = pending(house)
    later = answer(instruction, AnswerKind.CONFIRMED, "later", T0 + timedelta(minutes=2))
    earlier = answer(instruction, AnswerKind.REFUSED, "earlier", T0 + timedelta(minutes=1))
    for news in (later, earlier):
        body, headers = signed(news, SECRET, wall_now())
        house.ask("POST", "/v1/hooks/card", by="", content=body, headers=headers)

    house.run(house.worker.round(T0))

    facts = house.get("/v1/facts?limit=100&cursor=" + _near_end(house)).json()["data"]
    parts = [name for fact in facts for name in fact["parts"]]
    assert parts.index("payment_failed") < parts.index("late_success")
    assert status(house, payment) == "failed"


def _near_end(house) -> str:
    import base64

    last = house.get("/readyz", by="").json()["facts"]
    return base64.urlsafe_b64encode(f"facts:{last - 20}".encode()).decode().rstrip("=")


def test_what_was_overtaken_changes_nothing(house):
    # Confirmed at ten, refused at nine: the refusal is old, and no return.
    payment, instruction = pending(house)
    post(house, answer(instruction, AnswerKind.CONFIRMED, "ten", T0 + timedelta(hours=2)))

    hook = post(house, answer(instruction, AnswerKind.REFUSED, "nine", T0 + timedelta(hours=1)))

    assert hook["code"] == "overtaken_hook"
    assert status(house, payment) == "captured"


def test_a_rail_speaks_of_its_own_instructions_alone(house):
    payment, instruction = pending(house, "bank_transfer")
    nobody = InstructionId(derive(0, "nobody's"))

    foreign = post(house, answer(instruction, AnswerKind.REFUSED, "of another"))
    unknown = post(house, answer(nobody, event="of nobody"))

    assert foreign["code"] == "foreign_instruction"
    assert unknown["code"] == "unknown_instruction"
    assert status(house, payment) != "failed"


def test_what_the_book_refuses_is_kept_with_its_code(house):
    _, instruction = pending(house)
    post(house, answer(instruction))
    euros = HookNews(
        "euros",
        T0,
        (),
        (
            RailNotice(
                NoticeKind.CHARGEBACK,
                "cbk-euros",
                instruction,
                parse("5", "EUR"),
                parse("0", "EUR"),
                T0.date(),
            ),
        ),
    )

    assert post(house, euros)["code"] == "currency_mismatch"


def test_a_new_secret_is_taken_beside_the_old_and_a_refused_hook_is_worked_again(house):
    payment, instruction = pending(house)
    hook = post(house, answer(instruction, event="rotated"), secret="the card's new secret")
    assert hook["code"] == "forged_signature"
    house.session.secrets.add_for_rail("card", "the card's new secret")

    assert house.ask("POST", f"/v1/hooks/{hook['id']}/work", by="seller").status_code == 403
    again = house.ask("POST", f"/v1/hooks/{hook['id']}/work")

    assert again.json()["state"] == "waiting"
    house.run(house.worker.round(T0))
    assert house.get(f"/v1/hooks/{hook['id']}").json()["state"] == "taken"
    assert status(house, payment) == "captured"
    _, other = pending(house)
    assert post(house, answer(other))["state"] == "taken"


def test_a_crash_between_the_book_and_its_row_does_no_harm(house, monkeypatch):
    payment, instruction = pending(house)
    body, headers = signed(answer(instruction, event="crash"), SECRET, wall_now())
    house.ask("POST", "/v1/hooks/card", by="", content=body, headers=headers)
    with monkeypatch.context() as broken:
        broken.setattr("usance.worker.loop.finish_hooks", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            house.run(house.worker.round(T0))
    assert house.get("/v1/hooks?limit=1").json()["data"][0]["state"] == "waiting"

    house.run(house.worker.round(T0))

    assert house.get("/v1/hooks?limit=1").json()["data"][0]["state"] == "taken"
    assert status(house, payment) == "captured"
    facts = house.get("/v1/facts?limit=100&cursor=" + _near_end(house)).json()["data"]
    captured = [f["parts"]["payment_captured"] for f in facts if "payment_captured" in f["parts"]]
    assert [one["payment_id"] for one in captured].count(payment) == 1


def test_the_door_takes_so_much_and_no_more(house, monkeypatch):
    large = house.ask("POST", "/v1/hooks/card", by="", content=b"x" * (256 * 1024 + 1))
    monkeypatch.setattr("usance.payments.service.hooks.WAITING_MAX", 2)
    some = [house.ask("POST", "/v1/hooks/card", by="", content=b"x") for _ in range(3)]
    house.run(house.worker.round(T0))

    assert (large.status_code, large.json()["code"]) == (413, "hook_too_large")
    assert [one.status_code for one in some] == [200, 200, 503]
    assert some[2].headers["retry-after"]
    assert house.ask("POST", "/v1/hooks/Card!", by="", content=b"x").status_code == 422
    assert house.ask("POST", "/v1/hooks/card?x=1", by="", content=b"x").status_code == 422
    # Of a stranger's post the beginning is kept, and how much it was.
    posted(house, b"y" * 9000, {})
    [kept] = house.get("/v1/hooks?limit=1").json()["data"]
    assert (len(kept["body"]), kept["size"]) == (4096, 9000)


def test_hooks_are_for_the_operators_people_and_keep_no_keys(house):
    hook = posted(house, b"x", {"Authorization": "Bearer of bad news", "Cookie": "a=b"})

    for by in ("seller", "funder_one", "developer", "regulator"):
        assert house.get("/v1/hooks", by=by).status_code == 403, by
        assert house.get(f"/v1/hooks/{hook['id']}", by=by).status_code == 403, by
    assert {"authorization", "cookie"} & set(hook["headers"]) == set()
    missing = hook["id"][:-4] + "0000"
    assert house.get(f"/v1/hooks/{missing}").status_code == 404
