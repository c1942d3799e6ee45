"""Whatever lives in payments – steps – from one status to the next, by its table alone."""

from usance.kernel.records import replace
from usance.payments.model import (
    CAPTURE,
    INSTRUCTION,
    PAYMENT,
    PAYOUT,
    PAYOUT_BATCH,
    PAYOUT_LINE,
    REFUND,
    BatchEvent,
    Capture,
    CaptureEvent,
    Instruction,
    InstructionEvent,
    LineEvent,
    Payment,
    PaymentEvent,
    Payout,
    PayoutBatch,
    PayoutEvent,
    PayoutLine,
    Refund,
    RefundEvent,
)


def stepped(payment: Payment, event: PaymentEvent) -> Payment:
    """Return a payment after an event. Raises IllegalStep: a bug."""
    return replace(payment, status=PAYMENT.step(payment.status, event))


def instruction_stepped(instruction: Instruction, event: InstructionEvent) -> Instruction:
    """Return an instruction after an event. Raises IllegalStep: a bug."""
    return replace(instruction, state=INSTRUCTION.step(instruction.state, event))


def capture_stepped(capture: Capture, event: CaptureEvent) -> Capture:
    """Return a capture after an event. Raises IllegalStep: a bug."""
    return replace(capture, status=CAPTURE.step(capture.status, event))


def refund_stepped(refund: Refund, event: RefundEvent) -> Refund:
    """Return a refund after an event. Raises IllegalStep: a bug."""
    return replace(refund, status=REFUND.step(refund.status, event))


def payout_stepped(payout: Payout, event: PayoutEvent) -> Payout:
    """Return a payout after an event. Raises IllegalStep: a bug."""
    return replace(payout, status=PAYOUT.step(payout.status, event))


def batch_stepped(batch: PayoutBatch, event: BatchEvent) -> PayoutBatch:
    """Return a batch of payouts after an event. Raises IllegalStep: a bug."""
    return replace(batch, status=PAYOUT_BATCH.step(batch.status, event))


def line_stepped(line: PayoutLine, event: LineEvent) -> PayoutLine:
    """Return a line of a batch after an event. Raises IllegalStep: a bug."""
    return replace(line, status=PAYOUT_LINE.step(line.status, event))
