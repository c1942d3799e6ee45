"""Money that sellers send out: one payee or thousands, and what keeps it from going astray."""

from tests.story.stage import SELLER, Stage

from usance.adapters.payee_checks.simulated import SimulatedPayeeCheck
from usance.bootstrap import subscriptions
from usance.kernel.ids import (
    BeneficiaryId,
    UserId,
)
from usance.kernel.money import Currency
from usance.parties.model import Role
from usance.parties.service import (
    RegisterBeneficiary,
    RegisterUser,
)
from usance.worker.loop import Worker

CNY = Currency("CNY")
PEOPLE = [UserId.derived(0, "story", name) for name in ("paula", "quentin")]


def payee_id(name: str) -> BeneficiaryId:
    return BeneficiaryId.derived(0, "story", name)


async def staged(stage: Stage, funds: str = "100,000.00") -> None:
    """A seller with money to draw, two people who may pay, banks that know names."""
    for user in PEOPLE:
        await stage.accepted(
            "register_user", RegisterUser(user, SELLER, "A person", (Role.SELLER,))
        )
    stage.worker = Worker(
        stage.session.pool,
        stage.session.book,
        {"bank_transfer": stage.rail, "card": stage.card},
        stage.rates,
        subscriptions(),
        payee_check=SimulatedPayeeCheck(),
    )
    await credit(stage, funds)


async def credit(stage: Stage, funds: str) -> None:
    """Sales, settled and not paid out: the seller draws what is there by hand."""
    raise NotImplementedError


async def payee(stage: Stage, name: str, number: str = "6222020200112230") -> BeneficiaryId:
    body = RegisterBeneficiary(
        payee_id(name), SELLER, name, "CN", CNY, number=number, bank_code="102100099996"
    )
    await stage.accepted("register_beneficiary", body)
    await stage.works()
    return body.id
