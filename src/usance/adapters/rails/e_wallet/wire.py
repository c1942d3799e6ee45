"""What a wallet acquirer says: the objects of the Alipay+ (Antom) API, as far as we read them.

Every value is text; amounts are whole minor units, times ISO 8601. What we do not read is left
out; what the acquirer adds later does not disturb us.
"""

import msgspec


class Object(msgspec.Struct, frozen=True, rename="camel"):
    """Base of what is read: unknown fields are nobody's mistake."""


class Result(Object, frozen=True):
    """How a call went. result_status: S it is done, F it is not, U nobody knows yet."""

    result_code: str
    result_status: str
    result_message: str = ""


class Amount(Object, frozen=True):
    """Minor units of a currency."""

    currency: str
    value: str


class Payment(Object, frozen=True):
    """The answer to pay and inquiryPayment.

    payment_amount: in the currency that the buyer was shown, which is ours. actual_payment_amount:
    what left the buyer's wallet, in the wallet's own currency. normal_url: where the buyer says
    yes. payment_status: SUCCESS, FAIL, PROCESSING, CANCELLED, PENDING.
    """

    result: Result
    payment_status: str = ""
    payment_result_code: str = ""
    payment_request_id: str = ""
    payment_id: str = ""
    payment_amount: Amount | None = None
    actual_payment_amount: Amount | None = None
    normal_url: str = ""


class Cancel(Object, frozen=True):
    """The answer to cancel: the buyer can pay no more, and what was paid goes back whole."""

    result: Result
    payment_request_id: str = ""
    payment_id: str = ""


class Capture(Object, frozen=True):
    """The answer to capture."""

    result: Result
    capture_request_id: str = ""
    capture_id: str = ""
    capture_amount: Amount | None = None


class Refund(Object, frozen=True):
    """The answer to refund and inquiryRefund. refund_status: SUCCESS, PROCESSING, FAIL."""

    result: Result
    refund_request_id: str = ""
    refund_id: str = ""
    refund_amount: Amount | None = None
    refund_status: str = ""


class Notice(Object, frozen=True):
    """What the acquirer posts to us: a payment's result, a capture's or a refund's.

    notify_type: PAYMENT_RESULT, PAYMENT_PENDING, CAPTURE_RESULT, REFUND_RESULT.
    """

    notify_type: str
    result: Result
    payment_request_id: str = ""
    payment_id: str = ""
    payment_amount: Amount | None = None
    payment_time: str = ""
    payment_create_time: str = ""
    capture_request_id: str = ""
    capture_id: str = ""
    capture_amount: Amount | None = None
    capture_time: str = ""
    refund_request_id: str = ""
    refund_id: str = ""
    refund_amount: Amount | None = None
    refund_time: str = ""
    refund_status: str = ""
