"""A payout on its way: followed by its UETR, asked back, and returned less what a bank kept."""

from datetime import UTC, datetime

from tests.story.stage import Stage, money

from usance.kernel.ids import InstructionId, derive
from usance.payments.model import (
    Dispatch,
    InstructionKind,
    InstructionState,
    RecallState,
    TransferStatus,
    uetr_of,
)
from usance.payments.ports import AnswerKind, NoticeKind, RailAnswer, RailNotice
from usance.payments.service import RecallTransfer
from usance.payments.service.tracking import track

SETTLED, SENT, RETURNED = TransferStatus.SETTLED, TransferStatus.SENT, TransferStatus.RETURNED


class Correspondent:
    """What a bank knows of recalls: it says what it was told to say."""

    def __init__(self, stage: Stage, *answers: RailAnswer) -> None:
        self.answers = list(answers)
        self.recalled: list[tuple[Dispatch, str]] = []
        stage.rail.capabilities = stage.rail.capabilities | {"uetr", "recall", "parties"}
        stage.rail.recall = self.recall

    async def recall(self, instruction: Dispatch, reason: str, at: datetime) -> RailAnswer:
        self.recalled.append((instruction, reason))
        return self.answers.pop(0)


async def paid_out(stage: Stage) -> InstructionId:
    """A sale is settled, and what is left for the seller, 8,404.91 CNY, is paid out."""
    sale = await stage.sale("INV-1", "1,000.00 GBP")
    await stage.settles(sale, "1,000.00 GBP", "5.00 GBP")
    await stage.works()
    return await stage.instruction(sale, "payout")


async def tracked(stage: Stage, instruction: InstructionId):
    async with stage.session.pool.acquire() as connection:
        return await track(connection, uetr_of(instruction))


def statuses(found) -> list[TransferStatus]:
    return [each.update.status for each in found.updates]


def test_a_payout_is_followed_by_its_uetr_and_names_who_is_paid(play):
    async def journey(stage: Stage) -> None:
        # Given a bank whose transfers travel under a UETR
        Correspondent(stage)
        # When a seller is paid out
        instruction = await paid_out(stage)
        # Then the bank was told who is paid, and where the money is can be asked
        told = stage.rail.asked[-1]
        assert told.creditor.name
        assert told.creditor.account
        assert told.creditor.address.country == "CN"
        assert told.debtor.name
        found = await tracked(stage, instruction)
        assert statuses(found) == [SENT, SETTLED]
        assert found.status is SETTLED
        assert found.promised_at > datetime(2026, 9, 7, tzinfo=UTC)
        # And nothing is known of a transfer that was never sent
        assert await tracked(stage, InstructionId(derive(1, "another"))) is None

    play(journey)


def test_a_payout_asked_back_comes_back_less_what_a_bank_kept(play):
    async def journey(stage: Stage) -> None:
        bank = Correspondent(
            stage,
            RailAnswer(AnswerKind.UNKNOWN, "in_progress"),
            RailAnswer(AnswerKind.CONFIRMED, "", "R1"),
        )
        instruction = await paid_out(stage)
        # When the payout was a mistake and is asked back, the other bank first has to look
        await stage.accepted("recall_transfer", RecallTransfer(instruction, "DUPL"))
        await stage.works()
        assert (await tracked(stage, instruction)).recall.state is RecallState.ASKED
        # Then it is asked again, and agrees; no money has moved yet
        await stage.until("2026-09-11 12:00")
        found = await tracked(stage, instruction)
        assert found.recall.state is RecallState.ACCEPTED
        assert [reason for _, reason in bank.recalled] == ["DUPL", "DUPL"]
        assert await stage.balance("seller_available") == "0.00"
        # When the money is there, what arrived is the seller's again and no more
        back = RailNotice(
            NoticeKind.RETURNED,
            "RTR-1",
            instruction,
            money("8,384.91 CNY"),
            money("0.00 CNY"),
            stage.now.date(),
            "recalled",
        )
        stage.rail.told = [back, back]
        await stage.until("2026-09-12 12:00")
        assert await stage.balance("seller_available") == "8384.91"
        assert (await tracked(stage, instruction)).status is RETURNED

    play(journey)


def test_only_what_was_sent_can_be_asked_back_and_once(play):
    async def journey(stage: Stage) -> None:
        Correspondent(stage, RailAnswer(AnswerKind.REFUSED, "returned_by_payee"))
        instruction = await paid_out(stage)
        collected = next(each for each in stage.rail.asked if each.kind is InstructionKind.COLLECT)
        unknown = InstructionId(derive(1, "another"))

        for asked, reason, code in (
            (unknown, "DUPL", "unknown_uetr"),
            (instruction, "BECAUSE", "unknown_recall_reason"),
            (collected.id, "DUPL", "wrong_state"),
        ):
            assert await stage.refused("recall_transfer", RecallTransfer(asked, reason)) == code
        await stage.accepted("recall_transfer", RecallTransfer(instruction, "DUPL"))
        await stage.works()
        found = await tracked(stage, instruction)
        assert (found.recall.state, found.recall.answer_code) == (
            RecallState.REFUSED,
            "returned_by_payee",
        )
        again = RecallTransfer(instruction, "FRAD")
        assert await stage.refused("recall_transfer", again) == "already_recalled"
        assert found.recall.reason == "DUPL"

    play(journey)


def test_a_rail_that_cannot_recall_has_said_no(play):
    async def journey(stage: Stage) -> None:
        stage.rail.capabilities = stage.rail.capabilities | {"uetr"}
        instruction = await paid_out(stage)
        assert stage.rail.asked[-1].state is InstructionState.OPEN
        await stage.accepted("recall_transfer", RecallTransfer(instruction, "CUST"))
        await stage.works()
        recall = (await tracked(stage, instruction)).recall
        assert (recall.state, recall.answer_code) == (RecallState.REFUSED, "rail_cannot")

    play(journey)


def test_a_rail_whose_payouts_may_come_back_is_reminded_of_them(play):
    async def journey(stage: Stage) -> None:
        stage.rail.capabilities = stage.rail.capabilities | {"returns"}
        heard_of, hear = [], stage.rail.notices

        async def notices(instructions, since, until):
            heard_of.extend(each.id for each in instructions)
            return await hear(instructions, since, until)

        stage.rail.notices = notices
        instruction = await paid_out(stage)
        await stage.until("2026-09-11 12:00")
        assert instruction in heard_of

    play(journey)
