"""Whom money goes out to is screened before any rail hears of it; people decide what is held."""

from datetime import date

from tests.story.stage import BUYERS, SELLER, OneManList, Stage, money
from tests.story.test_receipts import NUMBER, as_user, transfer

from usance.kernel.ids import BeneficiaryId, CaseId, ReceivingAccountId, UserId
from usance.kernel.money import Currency
from usance.parties import service as parties
from usance.parties.model import OPERATOR, PostalAddress, Role
from usance.payments.model import BatchSource, LineAsked
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.service import (
    OpenReceivingAccount,
    PayOut,
    RecordAnswer,
    ReleasePayout,
    SubmitPayoutBatch,
)
from usance.risk import service as risk
from usance.risk.model import DecisionKind, Disposition, EntityKind, ListedEntity
from usance.risk.ports import Reading
from usance.risk.rules.replay import judge_again
from usance.risk.service import AssessCase, CloseCase

LISTED = BUYERS["viktor"][0]
PEOPLE = [UserId.derived(0, "story", name) for name in ("mei", "tom")]


async def payee(stage: Stage, name: str, iban: str, bic: str = "") -> BeneficiaryId:
    """Somebody the seller pays in euros, known for long."""
    identifier = BeneficiaryId.derived(0, "story", name)
    body = parties.RegisterBeneficiary(
        identifier, SELLER, name, "DE", Currency("EUR"), iban, None, None, bic or None,
        PostalAddress(town="Berlin"),
    )  # fmt: skip
    await stage.accepted("register_beneficiary", body)
    return identifier


async def with_money(stage: Stage) -> None:
    """The seller has 990.00 EUR to draw."""

    account = ReceivingAccountId.derived(0, "euros")
    opened = OpenReceivingAccount(account, SELLER, Currency("EUR"), "GB", "A Bank", NUMBER)
    await stage.accepted("open_receiving_account", opened)
    await stage.accepted("record_receipt", transfer("B-1", "1,000.00 EUR", NUMBER))


async def decided(stage: Stage, disposition: Disposition) -> None:
    """Two people close the only open case."""
    for person, name in zip(PEOPLE, ("Mei", "Tom"), strict=True):
        body = parties.RegisterUser(person, OPERATOR, name, (Role.RISK,))
        await stage.do("register_user", body, name)
    found = await stage.row("select id from risk.cases where status <> 'closed'")
    case = CaseId(found["id"])
    told = await as_user(stage, PEOPLE[0], "assess_case", AssessCase(case, disposition, "asked"))
    assert told.refusal is None
    alone = await as_user(stage, PEOPLE[0], "close_case", CloseCase(case))
    assert alone.refusal is not None
    told = await as_user(stage, PEOPLE[1], "close_case", CloseCase(case))
    assert told.refusal is None
    await stage.works()


async def states(stage: Stage) -> list[tuple[str, str]]:
    rows = await stage.session.pool.fetch(
        "select p.status, i.state from payments.payouts p join payments.instructions i"
        " on i.subject = p.id order by p.id, i.created_at, i.id"
    )
    return [(row["status"], row["state"]) for row in rows]


def told_of(stage: Stage) -> int:
    return sum(each.kind.value == "payout" for each in stage.rail.asked)


def test_a_payee_like_a_listed_name_is_held_and_goes_on_when_two_people_say_so(play):
    async def journey(stage: Stage) -> None:
        await with_money(stage)
        listed = await payee(stage, LISTED, "DE89370400440532013000")
        await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), listed))
        await stage.works()
        # Then the money is reserved, a case is open, and no rail has heard of it
        assert await states(stage) == [("held", "held")]
        assert told_of(stage) == 0
        case = await stage.row("select * from risk.cases")
        assert (case["kind"], case["codes"]) == ("payout", '["sanctions_hit_payee"]')
        decision = await stage.row("select kind, inputs, verdict from risk.decisions d"
                                   " where kind = 'payout'")  # fmt: skip
        derived = judge_again(DecisionKind(decision["kind"]), decision["inputs"].encode())
        assert derived.verdict == decision["verdict"] == "block"
        # Nor does an answer or time move it
        held = await stage.row("select * from payments.instructions where kind = 'payout'")
        says = RecordAnswer(held["id"], RailAnswer(AnswerKind.CONFIRMED))
        assert await stage.refused("record_answer", says) == "wrong_state"
        await stage.until("2026-09-08")
        assert told_of(stage) == 0
        # Two people know that it is somebody else
        await decided(stage, Disposition.CLEARED)
        assert await states(stage) == [("paid", "confirmed")]
        again = ReleasePayout(held["subject"])
        assert await stage.refused("release_payout", again) == "nothing_due"

    play(journey)


def test_a_confirmed_case_gives_the_money_back(play):
    async def journey(stage: Stage) -> None:
        await with_money(stage)
        before = await stage.balance("seller_available", "EUR")
        listed = await payee(stage, LISTED, "DE89370400440532013000")
        await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), listed))
        await decided(stage, Disposition.CONFIRMED)
        assert await states(stage) == [("refused", "refused")]
        assert (await stage.facts("payout_refused"))[-1]["code"] == "not_released"
        assert await stage.balance("seller_available", "EUR") == before
        assert told_of(stage) == 0

    play(journey)


def test_a_bank_in_a_country_that_is_blocked_holds_a_payout(play):
    async def journey(stage: Stage) -> None:
        await with_money(stage)
        known = await payee(stage, "Eva Example", "DE89370400440532013000", "MELIIRTHXXX")
        await stage.accepted("pay_out", PayOut(SELLER, money("100.00 EUR"), known))
        assert await states(stage) == [("held", "held")]
        assert (await stage.row("select codes from risk.cases"))["codes"] == '["payee_bank"]'

    play(journey)


def test_one_listed_line_holds_itself_and_the_batch_goes_on(play):
    async def journey(stage: Stage) -> None:
        await with_money(stage)
        good = await payee(stage, "Eva Example", "DE89370400440532013000")
        listed = await payee(stage, LISTED, "DE02120300000000202051")
        lines = tuple(
            LineAsked(f"L-{number}", money("10.00 EUR"), payee_id)
            for number, payee_id in enumerate((good, listed, good), 1)
        )
        body = SubmitPayoutBatch(SELLER, "B-1", BatchSource.API, 3, money("30.00 EUR"), lines)
        await stage.accepted("submit_payout_batch", body)
        await stage.works()
        batch = await stage.row("select status, accepted, refused from payments.payout_batches")
        assert tuple(batch) == ("done", 3, 0)
        assert sorted(await states(stage)) == [
            ("held", "held"), ("paid", "confirmed"), ("paid", "confirmed"),
        ]  # fmt: skip
        await decided(stage, Disposition.CONFIRMED)
        assert max(await states(stage)) == ("refused", "refused")

    play(journey)


def test_what_a_settlement_pays_out_is_screened_too(play):
    async def journey(stage: Stage) -> None:
        sale = await stage.sale("INV-1", "1,000.00 GBP")
        # The seller's name comes on the list between the sale and its settlement
        seller = await stage.row("select legal_name from parties.parties where id = $1", SELLER)
        await lists(stage, seller["legal_name"])
        await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
        assert await states(stage) == [("held", "held")]
        assert (await stage.payment(sale))["status"] == "settled"

    play(journey)


async def lists(stage: Stage, name: str) -> None:
    """Another version of the list, with one more name."""

    wanted = ListedEntity("un", "QDe.901", (name,), EntityKind.ORGANISATION)
    async with stage.session.pool.acquire() as connection, connection.transaction():
        version = await risk.stage_watchlist(
            connection, OneManList(), Reading((wanted,), ()), date(2026, 9, 7), stage.now
        )
    await stage.accepted("load_watchlist", risk.LoadWatchlist(version))
