"""Somebody – hands over – a rail's remittance advice: it is read, and told to an open book."""

from collections.abc import Callable, Iterable

from usance.kernel.errors import Refusal
from usance.kernel.ids import RemittanceId
from usance.kernel.records import Record
from usance.parties.model import HOUSE
from usance.payments.errors import NO_ADVICE_TAKEN
from usance.payments.model import remittance_id_of
from usance.payments.ports import Rail
from usance.payments.service import RecordRemittance
from usance.payments.service.advices import reports_of_advice
from usance.runtime.commands import Command
from usance.runtime.database import Connection
from usance.runtime.wire import Book

_EXPECTED = "nothing_due"
Plugged = Iterable[tuple[str, Callable[[], Rail]]]


class AdviceTaken(Record, frozen=True):
    """What became of an advice: the remittances it names, and what the book refused of it."""

    remittances: tuple[RemittanceId, ...]
    refused: tuple[Refusal, ...]


async def take_in_advice(
    connection: Connection, book: Book, plugged: Plugged, name: str, raw: bytes
) -> AdviceTaken:
    """Report an advice to the book. Handing it over again is harmless.

    name: of the rail. Raises Invalid: no_advice_taken, malformed_advice,
    unknown_instruction; then nothing of it was taken.
    """
    rail = next((make() for known, make in plugged if known == name), None)
    if rail is None:
        raise NO_ADVICE_TAKEN.invalid("rail", name)
    reports = await reports_of_advice(connection, rail, raw)
    outcomes = await book.submit(
        [Command(each.id, each.verb, HOUSE, each.body) for each in reports]
    )
    bodies = [each.body for each in reports if isinstance(each.body, RecordRemittance)]
    return AdviceTaken(
        tuple(remittance_id_of(each.rail, each.reference, each.currency) for each in bodies),
        tuple(
            outcome.refusal
            for outcome in outcomes
            if outcome.refusal is not None and outcome.refusal.code != _EXPECTED
        ),
    )
