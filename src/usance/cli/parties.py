"""`usance parties …` and `usance beneficiaries address`: who there is, and where they are."""

from usance.api.addresses import PARTY_ADDRESS
from usance.api.parties import PARTY
from usance.cli.acting import act
from usance.cli.listing import Column, Listing, print_row, print_rows
from usance.cli.naming import named
from usance.cli.payouts import BENEFICIARIES
from usance.cli.refusing import option
from usance.cli.voice import Words
from usance.kernel.errors import NotFound
from usance.kernel.ids import BeneficiaryId, PartyId
from usance.kernel.records import replace
from usance.parties import service
from usance.parties.model import PartyKind, PostalAddress
from usance.parties.service import find_parties as find
from usance.worker.session import Place, opened

PARTIES = Listing(
    PARTY,
    (
        Column("party", "主体", lambda row: row.id),
        Column("kind", "类型", lambda row: row.kind),
        Column("name", "名称", lambda row: row.legal_name),
        Column("reference", "参考号", lambda row: row.reference),
        Column("country", "国家", lambda row: row.country),
        Column("status", "状态", lambda row: row.status),
    ),
    ("There is no party.", "没有主体。"),
)
ADDRESSES = Listing(
    PARTY_ADDRESS,
    (
        Column("party", "主体", lambda row: row.party_id),
        Column("street", "街道", lambda row: row.address.street),
        Column("building", "门牌", lambda row: row.address.building),
        Column("postal code", "邮编", lambda row: row.address.postal_code),
        Column("town", "城市", lambda row: row.address.town),
        Column("subdivision", "省州", lambda row: row.address.subdivision),
    ),
    ("No address is known.", "没有地址。"),
)


async def list_parties(
    place: Place, kind: str, limit: int, *, as_json: bool, language: Words
) -> None:
    """Print parties in the order in which they were taken on."""
    wanted = PartyKind(kind) if kind else None
    async with opened(place) as session, session.pool.acquire() as connection:
        rows = await find.parties(connection, wanted, 0, limit + 1)
    print_rows(PARTIES, rows, limit, as_json=as_json, language=language)


async def party_address(
    place: Place, party: str, said: PostalAddress, key: str, *, as_json: bool, language: Words
) -> None:
    """Say where a party is where anything is said, and print it."""
    with option("PARTY"):
        party_id = PartyId(party)
    async with opened(place) as session:
        if said != PostalAddress():
            body = service.SetPartyAddress(party_id, said)
            await act(session, "set_party_address", body, key, language)
        async with session.pool.acquire() as connection:
            found = await find.addresses_of(connection, [party_id])
    if not found:
        raise NotFound("party address", party)
    print_row(ADDRESSES, found[0], as_json=as_json, language=language)


async def beneficiary_address(
    place: Place, payee: str, said: PostalAddress, key: str, *, as_json: bool, language: Words
) -> None:
    """Say where a payee is where anything is said; its name and account stay. Print it."""
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            found = await named(connection, "beneficiary", payee, BeneficiaryId, find.beneficiary)
        if said != PostalAddress():
            was = replace(found, address=said)
            body = service.ChangeBeneficiary(
                was.id,
                was.name,
                was.country,
                was.currency,
                was.iban,
                was.number,
                was.bank_code,
                was.bic,
                was.address,
            )
            await act(session, "change_beneficiary", body, key, language)
            async with session.pool.acquire() as connection:
                found = await named(
                    connection, "beneficiary", payee, BeneficiaryId, find.beneficiary
                )
    print_row(BENEFICIARIES, found, as_json=as_json, language=language)
