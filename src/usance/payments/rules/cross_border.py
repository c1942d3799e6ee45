"""What may not be sent across a border, as far as we know the transfer before it is sent. Pure."""

from usance.kernel.records import replace
from usance.payments.errors.cbpr import ADDRESS_NEEDED, FORBIDDEN_CHARACTER
from usance.payments.model import Address, CreditTransfer, Dispatch, References, TransferParty
from usance.payments.ports import AnswerKind, RailAnswer
from usance.payments.rules.cbpr import breaches


def crosses_border(dispatch: Dispatch) -> bool:
    """Whether the two banks are known to be of two countries."""
    debtor = dispatch.debtor_agent.address.country
    creditor = dispatch.creditor_agent.address.country
    return bool(debtor and creditor) and debtor != creditor


def forbidden(dispatch: Dispatch, *, takes_unstructured: bool) -> RailAnswer | None:
    """Return the refusal of a transfer that breaks CBPR+, with the first breach's code.

    Letters are no breach here: whoever writes the message writes them in those that may travel.
    While unstructured addresses are taken a transfer may go without any; from then on who pays
    and who is paid are named with town and country. Banks are named by their codes.
    """
    if not crosses_border(dispatch):
        return None
    for name in () if takes_unstructured else ("debtor", "creditor"):
        party: TransferParty = getattr(dispatch, name)
        missing = [part for part in ("town", "country") if not getattr(party.address, part)]
        if missing and not party.address.lines:
            own = f"{name}.address.{missing[0]}"
            return RailAnswer(AnswerKind.REFUSED, ADDRESS_NEEDED.code, own_code=own)
    transfer = CreditTransfer(
        "",
        References(
            uetr=dispatch.uetr, end_to_end_id=dispatch.id.hex, remittance=dispatch.remittance
        ),
        dispatch.amount,
        _known(dispatch.debtor),
        _known(dispatch.debtor_agent),
        _known(dispatch.creditor),
        _known(dispatch.creditor_agent),
        charges=dispatch.charges,
    )
    for breach in breaches(transfer, takes_unstructured=takes_unstructured):
        if breach.code != FORBIDDEN_CHARACTER.code:
            return RailAnswer(AnswerKind.REFUSED, breach.code, own_code=breach.field)
    return None


def _known(party: TransferParty) -> TransferParty:
    if party.address == Address(country=party.address.country):
        return replace(party, address=Address())
    return party
