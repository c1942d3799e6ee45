"""A worker – carries on – batches of payouts: their lines are looked at, then paid.

What is left to do stands in the tables, and the ids of the commands follow from it: a worker that
died in the middle, or two at the same time, do no harm.
"""

from typing import Final

from usance.kernel.ids import derive, milliseconds_at
from usance.payments import store
from usance.payments.model import BatchStatus
from usance.payments.service.notices import Report
from usance.payments.service.payout_lines import CHECKED_AT_ONCE, CheckPayoutLines, PayOutLine
from usance.runtime.database import Connection

AT_ONCE: Final = 2_000


async def carry_on(connection: Connection) -> list[Report]:
    """Return what is to be done for open batches now, as commands: up to 2000 lines."""
    reports: list[Report] = []
    for batch in await store.working_batches(connection):
        milliseconds = milliseconds_at(batch.created_at)
        if batch.status is BatchStatus.RUNNING:
            for number, reference in await store.ready_lines(connection, batch.id, AT_ONCE):
                command = derive(milliseconds, "payout_line", batch.id, number)
                body = PayOutLine(batch.id, number, batch.seller_id, reference)
                reports.append(Report(command, "pay_out_line", body))
        else:
            for first in await store.unchecked_chunks(connection, batch.id, CHECKED_AT_ONCE):
                command = derive(milliseconds, "payout_check", batch.id, first)
                check = CheckPayoutLines(batch.id, first)
                reports.append(Report(command, "check_payout_lines", check))
        if len(reports) >= AT_ONCE:
            break
    return reports
