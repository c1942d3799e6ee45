"""The raw door of the ledger, tried with what a hostile caller would send."""

from uuid import UUID

from tests.story.stage import MONDAY, Stage

from usance.kernel.ids import derive
from usance.kernel.money import Currency
from usance.ledger.model import Flags, Ref
from usance.ledger.service import CreateTransfers, OpenAccounts, TransferRequest
from usance.parties.model import OPERATOR

GBP = Currency("GBP")


def request(n: int, debit: int, credit: int, amount: int, **more: object) -> TransferRequest:
    return TransferRequest(derive(1, "story", n), debit, credit, amount, **more)  # type: ignore[arg-type]


async def two_accounts(stage: Stage) -> tuple[int, int]:
    refs = (Ref("nostro", GBP, OPERATOR), Ref("fee_income", GBP, OPERATOR))
    opened = await stage.accepted("open_accounts", OpenAccounts(refs))
    assert opened.fact is not None
    [told] = await stage.facts("accounts_opened")
    debit, credit = told["numbers"]
    return debit, credit


async def creates(stage: Stage, *requests: TransferRequest) -> list[str]:
    await stage.accepted("create_transfers", CreateTransfers(requests, MONDAY.date()))
    results: list[str] = (await stage.facts("transfers_created"))[-1]["results"]
    return results


def test_a_broken_chain_leaves_neither_transfers_nor_a_seal_on_them(play):
    async def journey(stage: Stage) -> None:
        debit, credit = await two_accounts(stage)
        # Given one good transfer, a chain whose second link fails, and another good one
        results = await creates(
            stage,
            request(1, debit, credit, 5),
            request(2, debit, credit, 7, flags=Flags.LINKED),
            request(3, debit, debit, 7),
            request(4, debit, credit, 9),
        )
        assert results == [
            "created",
            "linked_event_failed",
            "accounts_must_be_different",
            "created",
        ]
        # Then the fact seals the two that stand: the audit reckons its digest again
        assert await stage.balance("nostro", "GBP") == "0.14"

    play(journey)


def test_a_hold_cannot_be_posted_for_less_than_nothing_nor_twice(play):
    async def journey(stage: Stage) -> None:
        debit, credit = await two_accounts(stage)
        held = request(1, debit, credit, 100, flags=Flags.PENDING)
        first = {"flags": Flags.POST_PENDING, "pending_id": held.id}
        assert await creates(
            stage,
            held,
            request(2, 0, 0, -100, **first),
            request(3, 0, 0, 101, **first),
            request(4, 0, 0, 60, **first),
            request(5, 0, 0, 40, **first),
            request(6, debit, credit, -1),
            TransferRequest(UUID(int=0), debit, credit, 1),
        ) == [
            "created",
            "amount_must_be_positive",
            "exceeds_pending_transfer_amount",
            "created",
            "pending_transfer_already_posted",
            "amount_must_be_positive",
            "id_must_not_be_zero",
        ]
        assert await stage.balance("nostro", "GBP") == "0.60"

    play(journey)
