"""A worker – asks – the banks of payees whether the names are those of the accounts."""

from typing import Final
from uuid import UUID

import structlog

from usance.kernel.ids import derive, milliseconds_of
from usance.kernel.records import Record
from usance.parties import store
from usance.parties.model import Beneficiary, NameMatch
from usance.parties.ports import PayeeAnswer, PayeeCheck
from usance.parties.service.beneficiaries import RecordPayeeCheck
from usance.runtime.database import Connection

AT_ONCE: Final = 200
_log = structlog.get_logger()


class CheckReport(Record, frozen=True):
    """A command that reports what a payee's bank said."""

    id: UUID
    body: RecordPayeeCheck


async def check_payees(connection: Connection, check: PayeeCheck | None) -> list[CheckReport]:
    """Return what banks say of payees nobody was asked about, at most 200 at once.

    check: None where nobody can be asked: then the answer is `not_available`.
    """
    return [
        CheckReport(
            derive(milliseconds_of(payee.id), "payee_check", payee.id, payee.version),
            RecordPayeeCheck(payee.id, payee.version, await _asked(check, payee)),
        )
        for payee in await store.unchecked_beneficiaries(connection, AT_ONCE)
    ]


async def _asked(check: PayeeCheck | None, payee: Beneficiary) -> PayeeAnswer:
    if check is None:
        return PayeeAnswer(NameMatch.NOT_AVAILABLE)
    try:
        return await check.check(payee)
    except Exception as broken:  # noqa: BLE001 - whatever a plug-in raises
        _log.error("payee_check_broke", check=check.name, exc_info=broken)
        return PayeeAnswer(NameMatch.NOT_AVAILABLE)
