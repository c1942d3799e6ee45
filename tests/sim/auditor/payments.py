"""Each payment, refund and payout: its life told by the facts, its money by the legs posted."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.sim.auditor.ledger import PENDING, VOID, net_by_kind
from tests.sim.auditor.tables import Row, Tables

# What each leg does to what a sale has on the seller's pending account, and to what its rail owes.
_UNSETTLED = {
    "capture": 1,
    "chargeback": -1,
    "reinstated_early": 1,
    "late_refund": -1,
    "refund_confirmed": -1,
    "rail_fee": -1,
    "our_fee": -1,
    "conversion_sold": -1,
    "unconverted": -1,
}
_RECEIVABLE = {
    "capture": 1,
    "late_collection": 1,
    "reinstated_early": 1,
    "chargeback": -1,
    "chargeback_unmatched": -1,
    "late_refund": -1,
    "refund_confirmed": -1,
    "settlement_net": -1,
    "rail_fee": -1,
    "unmatched_net": -1,
    "unmatched_fee": -1,
    "excess_returned": -1,
    "excess_settled": -1,
    "refund_netted": 1,
    "unwind_netted": 1,
    "unwind_due": -1,
    "attributed_to_sale": -1,
    "released_to_sale": -1,
}
_COLLECTS = {"collect", "authorise"}
_STATUS_OF = {
    "payment_failed": "failed",
    "action_required": "requires_action",
    "payment_authorised": "authorised",
}
_PAID_OUT = {
    "payout_paid": 1,
    "late_payout_available": 1,
    "late_payout_reserve": 1,
    "late_payout_owed": 1,
    "payout_returned": -1,
}
# What a part of a fact says of its money, and the legs of the fact that must come to it.
_SAYS = {
    "payment_captured": {"gross": ("capture",)},
    "excess_collected": {"amount": ("late_collection",)},
    "excess_returned": {"amount": ("excess_returned",)},
    "payment_settled": {
        "rail_fee": ("rail_fee",),
        "fee": ("our_fee",),
        "converted": ("conversion_sold", "unconverted"),
        "spread": ("spread",),
        "holding": ("fx_holding",),
        "owed": ("owed_repaid",),
        "claimed": ("fee_repaid", "charge_repaid", "principal_repaid"),
        "reserve": ("reserve",),
        "rest": ("rest",),
    },
    "payout_initiated": {"amount": ("payout",)},
    "payout_paid": {"amount": ("payout_paid",)},
    "payout_refused": {"amount": ("payout_refused",)},
    "payout_returned": {"amount": ("payout_returned",)},
    "refund_initiated": {"amount": ("refund",)},
    "charged_back": {"taken": ("chargeback", "chargeback_unmatched")},
    "receipt_recorded": {"fee": ("receipt_fee",)},
    "suspense_attributed": {"fee": ("attributed_fee",), "owed": ("borne_owed",)},
    "suspense_returning": {"amount": ("return", "return_blocked")},
    "suspense_returned": {"amount": ("returned",)},
    "reserve_released": {"amount": ("reserve_release",)},
}


@dataclass
class Life:
    """A payment as the facts tell it."""

    gross: int
    status: str
    captured: int = 0
    returned: int = 0
    holding: int = 0
    unsettled: int = 0
    receivable: int = 0
    shared: bool = False
    paid: set[str] = field(default_factory=set)

    def gives_back(self, amount: int, status: str) -> None:
        left = self.left
        self.returned += amount
        is_taken = status == "refunded" or self.left < left
        if is_taken and self.is_gone and self.status != "charged_back":
            self.status = status

    @property
    def left(self) -> int:
        """What of the sale is left; of what is taken beyond it, nothing is."""
        return max(self.captured - self.returned - self.holding, 0)

    @property
    def is_gone(self) -> bool:
        return self.returned >= self.captured and not self.holding


class Lives:
    """The lives of all payments, refunds and payouts, told by facts and legs in their order."""

    def __init__(self, tables: Tables) -> None:
        self.payments: dict[str, Life] = {}
        self.refunds: dict[str, str] = {}
        self.payouts: dict[str, str] = {}
        self.out: dict[str, int] = defaultdict(int)
        self.came_back: dict[str, int] = defaultdict(int)
        self._amount = {str(row["id"]): row["amount_minor"] for row in tables.payouts}
        self.wrong: list[str] = []
        # Which of the rails that were asked for a payout counts.
        self._attempt: dict[str, int] = defaultdict(lambda: 1)
        self._instruction = {str(row["id"]): row for row in tables.instructions}
        self._in_parts = {str(row["payment_id"]) for row in tables.captures}
        for fact in tables.facts:
            self._take(fact, tables.legs.get(fact["position"], []))

    def _take(self, fact: dict[str, Any], legs: list[Row]) -> None:
        parts = fact["parts"]
        begun = parts.get("payment_initiated") or parts.get("payment_stopped")
        if begun:
            self.payments[begun["payment_id"]] = Life(
                begun["gross"]["minor"], begun.get("status", "pending")
            )
        self._refunds(parts)
        self._payouts(parts, legs)
        payment = self._payment(parts)
        life = self.payments.get(payment) if payment else None
        if life is None:
            strays = {row["code"] for row in legs} & (set(_UNSETTLED) | set(_RECEIVABLE))
            if strays:
                self.wrong.append(f"fact {fact['position']} posts {strays} for no payment")
            return
        for row in legs:
            if row["flags"] & (PENDING | VOID):
                continue
            life.unsettled += _UNSETTLED.get(row["code"], 0) * row["amount"]
            life.receivable += _RECEIVABLE.get(row["code"], 0) * row["amount"]
        # What another rail had collected too much was taken back; the sale stands.
        if any(row["code"].startswith("chargeback_unmatched") for row in legs):
            parts = {name: part for name, part in parts.items() if name != "charged_back"}
        self._live(life, parts, in_parts=payment in self._in_parts)

    def _payment(self, parts: dict[str, Any]) -> str | None:
        for name, part in parts.items():
            # An advance of another sale may be repaid here, but the part names this one.
            if part.get("payment_id") and name != "reserve_released":
                return str(part["payment_id"])
        late = parts.get("late_success")
        row = self._instruction[late["instruction_id"]] if late else None
        return str(row["payment_id"]) if row and row["payment_id"] else None

    def _live(self, life: Life, parts: dict[str, Any], *, in_parts: bool) -> None:
        """Take what a fact says of one payment, in the order in which it happened."""
        for part, status in _STATUS_OF.items():
            if part in parts:
                life.status = status
        if "authorisation_ended" in parts and life.status == "authorised":
            life.status = "voided"
        if said := parts.get("payment_captured"):
            life.status = "captured"
            life.captured += said["gross"]["minor"]
        if said := parts.get("refund_initiated"):
            life.holding += said["amount"]["minor"]
        if said := parts.get("refund_refused"):
            life.holding -= said["amount"]["minor"]
        if said := parts.get("refund_confirmed"):
            life.holding -= said["amount"]["minor"]
            life.gives_back(said["amount"]["minor"], "refunded")
        if said := parts.get("payment_settled"):
            life.shared = True
            shared = sum(said[name]["minor"] for name in ("rail_fee", "fee", "converted"))
            # A sale captured in parts is settled with the last of them.
            if life.status == "captured" and shared and not (in_parts and life.receivable > 0):
                life.status = "settled"
        if said := parts.get("charged_back"):
            life.gives_back(said["amount"]["minor"], "charged_back")
        if said := parts.get("dispute_reinstated"):
            life.returned -= said["counted"]
            is_gone = life.status in {"charged_back", "refunded"}
            if is_gone and life.returned < life.captured:
                life.status = "settled" if life.shared else "captured"
        said = parts.get("late_success")
        if said and said["kind"] == "refund" and "excess_returned" not in parts:
            life.gives_back(said["amount"]["minor"], "refunded")
        if ("refund_refused" in parts or "payment_settled" in parts) and life.is_gone:
            life.status = "charged_back" if life.status == "settled" else life.status

    def _refunds(self, parts: dict[str, Any]) -> None:
        states = {
            "refund_initiated": "pending",
            "refund_confirmed": "confirmed",
            "refund_refused": "refused",
        }
        for name, state in states.items():
            if name in parts:
                self.refunds[parts[name]["refund_id"]] = state
        late = parts.get("late_success")
        if late and late["kind"] == "refund" and "excess_returned" not in parts:
            self.refunds[str(self._instruction[late["instruction_id"]]["subject"])] = "confirmed"

    def _payouts(self, parts: dict[str, Any], legs: list[Row]) -> None:
        states = {
            "payout_initiated": "pending",
            "payout_held": "held",
            "payout_released": "pending",
            "payout_paid": "paid",
            "payout_refused": "refused",
            "payout_returned": "refused",
        }
        subject = None
        if rerouted := parts.get("payout_rerouted"):
            self._attempt[rerouted["payout_id"]] = rerouted["attempt"]
        if self._is_besides(parts.get("payout_returned")):
            return
        for name, state in states.items():
            if name in parts:
                subject = parts[name]["payout_id"]
                self.payouts[subject] = state
        if subject is not None and "payout_returned" in parts:
            self.came_back[subject] += parts["payout_returned"]["amount"]["minor"]
            if self.came_back[subject] < self._amount[subject]:
                self.payouts[subject] = "paid"  # Less what has come back of it so far.
        late = parts.get("late_success")
        if late and late["kind"] == "payout":
            instruction = self._instruction[late["instruction_id"]]
            subject = str(instruction["subject"])
            if self.payouts[subject] != "refused":
                return  # Another rail pays it: this one has paid besides, and that is owed.
            self.payouts[subject] = "paid"
            self._attempt[subject] = instruction["attempt"]
            self.came_back[subject] = self.out[subject] = 0
        for row in legs:
            if row["code"] in _PAID_OUT and subject:
                self.out[subject] += _PAID_OUT[row["code"]] * row["amount"]

    def _is_besides(self, returned: dict[str, Any] | None) -> bool:
        """Whether what came back had been paid besides what another rail pays."""
        if returned is None:
            return False
        instruction = self._instruction[returned["instruction_id"]]
        return bool(instruction["attempt"] != self._attempt[returned["payout_id"]])


def payments_are_what_was_posted(tables: Tables) -> Iterator[str]:
    """State, what went back, what is unsettled and what the rail owes, payment by payment."""
    lives = Lives(tables)
    yield from lives.wrong
    if set(lives.payments) != {str(row["id"]) for row in tables.payments}:
        yield "payments and the facts that begin them are not the same"
        return
    held: dict[Any, int] = defaultdict(int)
    for row in tables.refunds:
        if row["status"] == "pending" and row["hold"]:
            held[row["payment_id"]] += row["amount_minor"]
    too_much: dict[Any, int] = defaultdict(int)
    for row in tables.excesses:
        too_much[row["payment_id"]] += row["receivable"]
    for row in tables.payments:
        life = lives.payments[str(row["id"])]
        told = (life.status, life.captured, life.returned, life.holding, life.unsettled)
        on_pending = row["unsettled"] + held[row["id"]]
        kept = (row["status"], row["captured"], row["returned"], row["holding"], on_pending)
        owed = row["receivable"] + too_much[row["id"]]
        if (*told, life.receivable) != (*kept, owed):
            yield (
                f"payment {row['id']} is kept as {(*kept, owed)}, facts and legs make it"
                f" {(*told, life.receivable)}"
            )
        if row["holding"] > row["captured"]:
            yield f"payment {row['id']} is to give back more than it brought"


def kinds_are_the_sum_of_payments(tables: Tables) -> Iterator[str]:
    """What sellers await and what rails owe, account by account, is the sum over the payments."""
    net = net_by_kind(tables)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in tables.payments:
        sums["seller_pending", row["gross_currency"]] -= row["unsettled"]
        sums["rail_receivable", row["gross_currency"]] += row["receivable"]
    for row in tables.excesses:
        sums["rail_receivable", row["amount_currency"]] += row["receivable"]
    for row in tables.refunds:
        if row["status"] == "pending" and row["hold"]:
            sums["seller_pending", row["amount_currency"]] -= row["amount_minor"]
    for key in {each for each in [*sums, *net] if each[0] in {"seller_pending", "rail_receivable"}}:
        if net.get(key, 0) != sums[key]:
            yield f"{key} stands at {net.get(key, 0)}, the payments make {sums[key]}"


def refunds_and_payouts_are_what_was_told(tables: Tables) -> Iterator[str]:
    """Their states follow from the facts; a payout that is paid is paid once, else not at all."""
    lives = Lives(tables)
    for name, told, rows in (
        ("refund", lives.refunds, tables.refunds),
        ("payout", lives.payouts, tables.payouts),
    ):
        kept = {str(row["id"]): row["status"] for row in rows}
        if kept != told:
            differ = {key for key in kept.keys() | told.keys() if kept.get(key) != told.get(key)}
            yield f"the facts tell otherwise of the {name}s {differ}"
    for row in tables.payouts:
        # It comes back whole, or in parts; banks on the way may keep one.
        back = lives.came_back[str(row["id"])]
        paid = row["amount_minor"] - back if back or row["status"] == "paid" else 0
        if not 0 <= back <= row["amount_minor"]:
            yield f"payout {row['id']}: more came back than had gone out"
        if lives.out[str(row["id"])] != paid:
            yield f"payout {row['id']} is {row['status']}, {lives.out[str(row['id'])]} went out"


def instructions_are_what_is_carried_out(tables: Tables) -> Iterator[str]:
    """One instruction for each thing to be carried out, for its amount, in a state that fits."""
    fits = {
        "held": "held",
        "pending": "open",
        "confirmed": "confirmed",
        "refused": "refused",
        "paid": "confirmed",
    }
    too_much = {row["instruction_id"] for row in tables.excesses}
    # Another rail is asked for a payout only when the one before has said no.
    attempt_of = {row["id"]: row["attempt"] for row in tables.payouts}
    for kind, rows in (("refund", tables.refunds), ("payout", tables.payouts)):
        told = sorted((row["id"], row["amount_minor"], fits[row["status"]]) for row in rows)
        asked = sorted(
            (row["subject"], row["amount_minor"], row["state"])
            for row in tables.instructions
            if row["kind"] == kind
            and row["subject"] not in too_much
            and row["attempt"] == attempt_of.get(row["subject"], 1)
        )
        if told != asked:
            yield f"the {kind}s and their instructions differ: {set(told) ^ set(asked)}"
    collections = [row for row in tables.instructions if row["kind"] in _COLLECTS]
    tried = sorted((row["subject"], row["attempt"]) for row in collections)
    stopped = {row["id"] for row in tables.payments if row["status"] in {"blocked", "in_review"}}
    attempts = {row["id"]: row["attempt"] for row in tables.payments if row["id"] not in stopped}
    if tried != [(one, n + 1) for one in sorted(attempts) for n in range(attempts[one])]:
        yield "a payment was collected twice, or not at all, or though it was stopped"
    # Another rail is asked only when the one before has said no.
    for row in collections:
        if row["state"] == "open" and row["attempt"] != attempts.get(row["subject"]):
            yield f"{row['subject']} was tried elsewhere while a rail had not answered"


def no_order_is_paid_twice(tables: Tables) -> Iterator[str]:
    """At most one payment of an order stands."""
    seen = set()
    for row in tables.payments:
        if row["status"] not in {"failed", "blocked", "voided"}:
            if row["order_id"] in seen:
                yield f"order {row['order_id']} is paid twice"
            seen.add(row["order_id"])


def captures_are_what_rails_were_asked(tables: Tables) -> Iterator[str]:
    """One instruction for each capture; a settlement may say yes before its answer does."""
    fits = {
        "pending": {"open"},
        "captured": {"confirmed", "open"},
        # A rail may settle what it has refused.
        "settled": {"confirmed", "open", "refused"},
        "refused": {"refused", "confirmed"},
    }
    asked = {row["subject"]: row for row in tables.instructions if row["kind"] == "capture"}
    if set(asked) != {row["id"] for row in tables.captures}:
        yield "captures and the instructions to make them are not the same"
        return
    for row in tables.captures:
        instruction = asked[row["id"]]
        same = instruction["amount_minor"] == row["amount_minor"]
        if not same or instruction["state"] not in fits[row["status"]]:
            yield f"capture {row['id']} is {row['status']}, its rail {instruction['state']}"


def authorisations_hold_what_is_left(tables: Tables) -> Iterator[str]:
    """No more is captured, or asked for, than was authorised; what is asked for is unanswered."""
    asked: dict[Any, int] = defaultdict(int)
    for row in tables.captures:
        if row["status"] == "pending":
            asked[row["payment_id"]] += row["amount_minor"]
    captured = {row["id"]: row["captured"] for row in tables.payments}
    for row in tables.authorisations:
        payment = row["payment_id"]
        if row["capturing"] != asked[payment]:
            yield f"authorisation of {payment} waits for {row['capturing']}, not {asked[payment]}"
        # What is ahead of its answer is captured already, and waits for it as well.
        waits = row["capturing"] - row["ahead"]
        if waits + captured[payment] > row["amount_minor"]:
            yield f"more than was authorised of {payment} is captured"


def suspense_is_somebodys_task(tables: Tables) -> Iterator[str]:
    """Account by account, what lies in suspense is what the queue has open or on its way back."""
    net = net_by_kind(tables)
    queue: dict[tuple[str, str], int] = defaultdict(int)
    for row in tables.suspense:
        queue[row["account"], row["amount_currency"]] -= row["open"] + row["going_back"]
        if (row["closed_at"] is None) != bool(row["open"] or row["going_back"]):
            yield f"{row['id']} has {row['open']} open and is closed at {row['closed_at']}"
    asked: dict[str, int] = defaultdict(int)
    too_much = {row["instruction_id"] for row in tables.excesses}
    for row in tables.instructions:
        returns = row["kind"] == "return" or row["subject"] in too_much
        if returns and row["state"] == "open":
            asked[row["amount_currency"]] += row["amount_minor"]
    for row in tables.suspense:
        asked[row["amount_currency"]] -= row["going_back"]
    for currency, rest in asked.items():
        if rest:
            yield f"{rest} {currency} go back that the queue does not know, or the other way round"
    kinds = {"suspense_unmatched", "suspense_blocked"}
    for key in {each for each in [*queue, *net] if each[0] in kinds}:
        if net.get(key, 0) != queue[key]:
            yield f"{key} stands at {-net.get(key, 0)}, the queue has {-queue[key]}"


def facts_say_what_was_posted(tables: Tables) -> Iterator[str]:
    """The amounts a fact tells are those of the legs at its position."""
    for fact in tables.facts:
        posted: dict[str, int] = defaultdict(int)
        for row in tables.legs.get(fact["position"], []):
            posted[row["code"]] += row["amount"]
        for name in fact["parts"].keys() & _SAYS.keys():
            for said, codes in _SAYS[name].items():
                # What a fact leaves out is nothing.
                amount = fact["parts"][name].get(said, {"minor": 0})["minor"]
                legs = sum(posted[c] for c in codes)
                after_settlement = name == "refund_initiated" and not legs
                if amount != legs and not after_settlement:
                    yield f"fact {fact['position']}: {name}.{said} is {amount}, its legs {legs}"


CHECKS = (
    payments_are_what_was_posted,
    kinds_are_the_sum_of_payments,
    refunds_and_payouts_are_what_was_told,
    instructions_are_what_is_carried_out,
    captures_are_what_rails_were_asked,
    authorisations_hold_what_is_left,
    no_order_is_paid_twice,
    suspense_is_somebodys_task,
    facts_say_what_was_posted,
)
