"""The worker's part in payouts: payees' banks are asked, batches carried on."""

import structlog

from usance.parties.model import HOUSE
from usance.parties.ports import PayeeCheck
from usance.parties.service.payee_checks import check_payees
from usance.payments.service.run_payouts import carry_on
from usance.runtime.commands import Command
from usance.runtime.database import Connection
from usance.runtime.wire import Book

_log = structlog.get_logger()


async def work_payouts(connection: Connection, book: Book, check: PayeeCheck | None) -> int:
    """Ask payees' banks, and carry batches on by what is left; return how much was done."""
    commands = [
        Command(each.id, "record_payee_check", HOUSE, each.body)
        for each in await check_payees(connection, check)
    ]
    commands += [
        Command(each.id, each.verb, HOUSE, each.body) for each in await carry_on(connection)
    ]
    if not commands:
        return 0
    done = 0
    for command, outcome in zip(commands, await book.submit(commands), strict=True):
        if outcome.refusal is not None:
            # It was done meanwhile, by another worker or the one before.
            _log.debug("payout_work_refused", verb=command.verb, code=outcome.refusal.code)
        elif not outcome.replayed:
            done += 1
    return done
