"""The book's own checks see an advance that is not what the ledger says."""

import pytest
from tests.story.stage import Stage

from usance.runtime.checks import CHECKS, failed


@pytest.mark.parametrize(
    ("_case", "change", "what"),
    [
        ("principal", "principal_outstanding = principal_outstanding - 1", "advances beside"),
        ("fee", "fee_outstanding = fee_outstanding - 1", "advances beside"),
        ("accrued", "accrued = accrued + 1", "accrued fees beside"),
    ],
)
def test_a_changed_advance_is_found(play, _case, change, what):
    async def journey(stage: Stage) -> None:
        await stage.advances_money()
        await stage.sale("INV-1", "1,000.00 GBP")
        own = [each for each in CHECKS if "beside the ledger" in each.what]
        async with stage.session.pool.acquire() as connection:
            assert (await failed(connection, own))[0] == []
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("set local role none")
            await connection.execute(f"update financing.advances set {change}")
            found, _more = await failed(connection, own)
            await transaction.rollback()
        assert any(each.what.startswith(what) for each in found)

    play(journey)
