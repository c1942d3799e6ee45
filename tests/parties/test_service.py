"""The verbs of parties, on a draft."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from usance.kernel.errors import Refusal
from usance.kernel.ids import BankAccountId, KeyId, PartyId, ProposalId, UserId
from usance.kernel.money import Currency
from usance.kernel.records import Record, encode
from usance.parties import service
from usance.parties.events import (
    KeyIssued,
    KeyRevoked,
    PartyGraded,
    PartyRegistered,
    PartyStatusChanged,
    ProposalApproved,
    ProposalFailed,
    ProposalRejected,
)
from usance.parties.model import (
    MAY_BECOME,
    ApiKey,
    Identifier,
    PartyKind,
    PartyStatus,
    ProposalState,
    Role,
)
from usance.parties.rules import access, identifiers
from usance.parties.service import GradeParty
from usance.parties.tables import KEYS, PARTIES, PROPOSALS, USERS
from usance.runtime.commands import Command, FourEyes, Stage, Verb
from usance.runtime.draft import Overlay, State

NOW = datetime(2026, 9, 9, 8, tzinfo=UTC)
VERBS = {
    "register_party": service.apply_register_party,
    "register_bank_account": service.apply_register_bank_account,
    "register_user": service.apply_register_user,
    "set_party_status": service.apply_set_party_status,
    "grade_party": service.apply_grade_party,
    "issue_key": service.apply_issue_key,
    "revoke_key": service.apply_revoke_key,
    "reject": service.apply_reject,
}
SELLER = service.cast_party("seller")
MAKER = service.cast_user("admin")
CHECKER = service.cast_user("admin_two")
STRANGER = service.cast_user("seller")
NOBODY = UserId(UUID(int=99))


class Book:
    """A draft with the cast registered, and a short way to ask."""

    def __init__(self) -> None:
        self.draft = Overlay(State(), NOW)
        for verb, body in service.cast():
            assert self.ask(verb, body) is None, body

    def ask(self, verb, body, actor: UUID = MAKER) -> str | None:
        """Ask for a verb; return the code of the refusal, None where it was done."""
        self.draft.begin(UUID(int=7), actor)
        refusal: Refusal | None
        if verb in FOUR_EYES:
            prepare, apply = FOUR_EYES[verb]
            command = Command(UUID(int=7), verb, actor, body)
            refusal = apply(self.draft, body, asyncio.run(prepare(self, [command])))
        else:
            refusal = VERBS[verb](self.draft, body, None)
        if refusal is not None:
            self.draft.undo()
        return refusal and refusal.code

    async def rows(self, _rows, _keys):
        """All there is stands in the draft already."""

    def get(self, rows, key):
        return self.draft.get(rows, key)


@pytest.fixture
def book() -> Book:
    return Book()


def party(**changes) -> service.RegisterParty:
    fields = {
        "id": PartyId(UUID(int=1)),
        "kind": PartyKind.BUYER,
        "legal_name": " Alder Lane Gifts Ltd ",
        "country": "GB",
    }
    return service.RegisterParty(**(fields | changes))


@pytest.mark.parametrize(
    ("_case", "changes", "expected"),
    [
        ("good", {}, None),
        ("no name", {"legal_name": ""}, "malformed_name"),
        ("local name with a tab", {"local_name": "a\tb"}, "malformed_name"),
        ("no such country", {"country": "UK"}, "unknown_country"),
        ("a country nobody knows", {"country": "ZZ"}, None),
        ("grade", {"risk_grade": "F"}, "unknown_grade"),
        ("identifier", {"identifiers": (Identifier("lei", "1" * 20),)}, "wrong_check_digit"),
        ("known id", {"id": SELLER}, "already_exists"),
        ("known reference", {"reference": "cast:seller"}, "already_exists"),
        ("name before country", {"legal_name": "", "country": "UK"}, "malformed_name"),
        ("form before state", {"id": SELLER, "country": "UK"}, "unknown_country"),
    ],
)
def test_register_party(book, _case, changes, expected):
    assert book.ask("register_party", party(**changes)) == expected


def test_a_party_is_kept_as_it_is_told(book):
    book.ask("register_party", party(reference="shop:1"))

    found = service.party_by_reference(book.draft, "shop:1")
    assert found is not None
    assert (found.legal_name, found.status) == ("Alder Lane Gifts Ltd", PartyStatus.ACTIVE)
    assert found == service.party_of(book.draft, found.id)
    told = book.draft.told(PartyRegistered)
    assert told == PartyRegistered(found.id, PartyKind.BUYER, "GB", "C")


def bank_account(**changes) -> service.RegisterBankAccount:
    fields = {
        "id": BankAccountId(UUID(int=1)),
        "party_id": SELLER,
        "holder": "Alder Lane Gifts Ltd",
        "country": "GB",
        "currency": Currency("GBP"),
        "iban": "GB33 BUKB 2020 1555 5555 55",
    }
    return service.RegisterBankAccount(**(fields | changes))


@pytest.mark.parametrize(
    ("_case", "changes", "expected"),
    [
        ("good", {}, None),
        ("check digits", {"iban": "GB34BUKB20201555555555"}, "wrong_check_digit"),
        ("another country", {"country": "DE"}, "other_country"),
        ("BIC", {"bic": "DEUTDEFFXX"}, "wrong_length"),
        ("holder", {"holder": ""}, "malformed_name"),
        ("party", {"party_id": PartyId(UUID(int=9))}, "unknown_party"),
        ("known", {"id": service.cast_bank_account("seller", "CNY")}, "already_exists"),
    ],
)
def test_register_bank_account(book, _case, changes, expected):
    assert book.ask("register_bank_account", bank_account(**changes)) == expected


def test_a_party_is_paid_to_its_first_account(book):
    book.ask("register_bank_account", bank_account())

    account = service.main_account_of(book.draft, SELLER)
    assert account is not None
    assert account.id == service.cast_bank_account("seller", "CNY")
    assert service.main_account_of(book.draft, service.cast_party("regulator")) is None


@pytest.mark.parametrize(
    ("_case", "party_id", "roles", "expected"),
    [
        ("a seller's seller", SELLER, (Role.SELLER,), None),
        ("a seller's operator", SELLER, (Role.OPERATOR_ADMIN,), "role_not_for_party"),
        ("a funder's seller", service.cast_party("funder_one"), (Role.SELLER,),
         "role_not_for_party"),
        ("nobody's", PartyId(UUID(int=9)), (Role.SELLER,), "unknown_party"),
    ],
)  # fmt: skip
def test_register_user(book, _case, party_id, roles, expected):
    body = service.RegisterUser(UserId(UUID(int=1)), party_id, "Una", roles)

    assert book.ask("register_user", body) == expected


@pytest.mark.parametrize("before", PartyStatus)
@pytest.mark.parametrize("after", PartyStatus)
def test_a_party_becomes_only_what_it_may(book, before, after):
    if before is not PartyStatus.ACTIVE:
        book.ask("set_party_status", service.SetPartyStatus(SELLER, before, "because"))

    answer = book.ask("set_party_status", service.SetPartyStatus(SELLER, after, "because"))

    assert answer == (None if after in MAY_BECOME[before] else "illegal_status")
    told = book.draft.told(PartyStatusChanged)
    if answer is None:
        assert told == PartyStatusChanged(SELLER, before, after, "because")
    assert book.draft.get(PARTIES, SELLER).status is (after if answer is None else before)


@pytest.mark.parametrize(
    ("_case", "body", "expected"),
    [
        ("no reason", service.SetPartyStatus(SELLER, PartyStatus.FROZEN, " "), "malformed_name"),
        ("nobody", service.SetPartyStatus(PartyId(UUID(int=9)), PartyStatus.FROZEN, "x"),
         "unknown_party"),
    ],
)  # fmt: skip
def test_set_party_status_refuses(book, _case, body, expected):
    assert book.ask("set_party_status", body) == expected


def test_a_frozen_party_gets_no_new_users(book):
    book.ask("set_party_status", service.SetPartyStatus(SELLER, PartyStatus.FROZEN, "because"))

    body = service.RegisterUser(UserId(UUID(int=1)), SELLER, "Una", (Role.SELLER,))

    assert book.ask("register_user", body) == "party_not_active"


def test_grades(book):
    assert book.ask("grade_party", service.GradeParty(SELLER, "D", "late twice")) is None
    assert book.draft.told(PartyGraded) == PartyGraded(SELLER, "B", "D", "late twice")
    assert book.ask("grade_party", service.GradeParty(SELLER, "F", "x")) == "unknown_grade"


# ---- keys ----

SECRET = service.secret_of(bytes(range(30)), live=False)


def key(**changes) -> service.IssueKey:
    fields = {
        "id": KeyId(UUID(int=1)),
        "user_id": MAKER,
        "prefix": service.prefix_of(SECRET),
        "secret_sha256": service.hash_of(SECRET),
    }
    return service.IssueKey(**(fields | changes))


@pytest.mark.parametrize(
    ("_case", "changes", "expected"),
    [
        ("all that the roles allow", {}, None),
        ("some of it", {"scopes": ("policy:read",)}, None),
        ("more than that", {"scopes": ("cases:decide",)}, "scope_not_held"),
        ("a secret for a hash", {"secret_sha256": SECRET}, "malformed_key"),
        ("an odd prefix", {"prefix": "sk_live_aaaaaaaa"}, "malformed_key"),
        ("nobody", {"user_id": NOBODY}, "unknown_user"),
    ],
)
def test_issue_key(book, _case, changes, expected):
    assert book.ask("issue_key", key(**changes)) == expected


def test_two_keys_do_not_share_a_prefix(book):
    book.ask("issue_key", key())

    assert book.ask("issue_key", key(id=KeyId(UUID(int=2)))) == "already_exists"


def test_a_key_is_revoked_once(book):
    book.ask("issue_key", key())
    body = service.RevokeKey(KeyId(UUID(int=1)), "lost")

    assert book.ask("revoke_key", body) is None
    assert book.draft.told(KeyRevoked) == KeyRevoked(body.key_id, MAKER, "lost")
    assert book.ask("revoke_key", body) == "already_revoked"
    assert book.ask("revoke_key", service.RevokeKey(KeyId(UUID(int=2)), "x")) == "unknown_key"


def test_the_secret_is_nowhere(book):
    book.ask("issue_key", key())

    kept = encode([book.draft.get(KEYS, KeyId(UUID(int=1))), book.draft.told(KeyIssued)])
    assert SECRET.rpartition("_")[2].encode() not in kept


@pytest.mark.parametrize(
    ("_case", "secret", "changes", "expected"),
    [
        ("the secret", SECRET, {}, True),
        ("another secret of the same prefix", SECRET[:-1] + "z", {}, False),
        ("before it expires", SECRET, {"expires_at": NOW + timedelta(seconds=1)}, True),
        ("when it expires", SECRET, {"expires_at": NOW}, False),
        ("revoked", SECRET, {"revoked_at": NOW - timedelta(days=1)}, False),
        ("the hash itself", service.hash_of(SECRET), {}, False),
    ],
)
def test_what_opens_a_key(_case, secret, changes, expected):
    fields = {
        "id": KeyId(UUID(int=1)),
        "user_id": MAKER,
        "prefix": service.prefix_of(SECRET),
        "secret_sha256": service.hash_of(SECRET),
        "scopes": (),
        "live": False,
        "issued_at": NOW,
        "expires_at": None,
        "revoked_at": None,
    }

    assert access.opens(ApiKey(**(fields | changes)), secret, NOW) is expected
    assert access.opens(None, secret, NOW) is False


@pytest.mark.parametrize(
    "text", ["", "uk_test_", "uk_test_abcdefgh", "uk_test_abc_x", "pk_test_abcdefgh_x", "_", "é_é"]
)
def test_what_is_no_secret_has_no_prefix(text):
    assert service.prefix_of(text) == ""


def test_every_role_belongs_to_some_party_and_decides_nothing_unread():
    assert set().union(*access.ROLES_OF_KIND.values()) == set(Role) == set(service.SCOPES_OF_ROLE)
    for scopes in service.SCOPES_OF_ROLE.values():
        assert {"proposals:read"} <= scopes or "proposals:approve" not in scopes


def test_who_only_looks_changes_nothing():
    assert all(scope.endswith(":read") for scope in service.SCOPES_OF_ROLE[Role.REGULATOR])


# ---- four eyes ----

PROPOSAL = ProposalId(UUID(int=1))
FULL = GradeParty(SELLER, "B", "it moved")
BODY = encode(FULL).decode()


class Odd(Record, frozen=True):
    """What a verb without four eyes is asked."""


def apply_odd(_draft, _body, _facts) -> None:
    raise AssertionError("nobody proposes it")


def apply_cheaply(_draft, _body, _facts) -> Refusal | None:
    return None


def never(_draft, _body, _facts) -> None:
    raise AssertionError("the trial stands for it")


STAGE = service.FourEyesStage(
    {
        "grade_party": Verb(GradeParty, (Stage(service.apply_grade_party),), four_eyes=FourEyes()),
        "set_party_status": Verb(
            service.SetPartyStatus, (Stage(service.apply_set_party_status),), four_eyes=FourEyes()
        ),
        "odd": Verb(Odd, (Stage(apply_odd),)),
        "dear": Verb(GradeParty, (Stage(never),), four_eyes=FourEyes((Stage(apply_cheaply),))),
    }
)
FOUR_EYES = {
    "propose": (STAGE.prepare_trial, STAGE.apply_propose),
    "approve": (STAGE.prepare_approval, STAGE.apply_approve),
}


def propose(**changes) -> service.Propose:
    fields = {"id": PROPOSAL, "verb": "grade_party", "body": BODY, "reason": "new grade"}
    return service.Propose(**(fields | changes))


def graded(grade: str, party_id: PartyId = SELLER) -> dict[str, str]:
    return {"body": encode(GradeParty(party_id, grade, "it moved")).decode()}


@pytest.mark.parametrize(
    ("_case", "changes", "actor", "expected"),
    [
        ("good", {}, MAKER, None),
        ("no reason", {"reason": " "}, MAKER, "malformed_proposal"),
        ("no JSON", {"body": "{"}, MAKER, "malformed_proposal"),
        ("no object", {"body": "[]"}, MAKER, "malformed_proposal"),
        ("no verb", {"verb": ""}, MAKER, "malformed_proposal"),
        ("an unknown verb", {"verb": "fly"}, MAKER, "malformed_proposal"),
        ("a verb for one person", {"verb": "odd", "body": "{}"}, MAKER, "malformed_proposal"),
        ("the inputs of another verb", {"body": '{"rows":[]}'}, MAKER, "malformed_proposal"),
        ("what is refused now", graded("F"), MAKER, "unknown_grade"),
        ("of a party there is not", graded("B", PartyId(UUID(int=9))), MAKER, "unknown_party"),
        ("what is tried by less", {"verb": "dear"}, MAKER, None),
        ("nobody", {}, NOBODY, "unknown_user"),
    ],
)
def test_propose(book, _case, changes, actor, expected):
    assert book.ask("propose", propose(**changes), actor) == expected


@pytest.mark.parametrize("verb", ["approve", "reject"])
@pytest.mark.parametrize(
    ("_case", "proposal_id", "actor", "expected"),
    [
        ("another of the same party", PROPOSAL, CHECKER, None),
        ("the maker", PROPOSAL, MAKER, "same_person"),
        ("another party", PROPOSAL, STRANGER, "other_party"),
        ("nobody", PROPOSAL, NOBODY, "unknown_user"),
        ("no proposal", ProposalId(UUID(int=2)), CHECKER, "unknown_proposal"),
    ],
)
def test_decide(book, verb, _case, proposal_id, actor, expected):
    book.ask("propose", propose())

    assert book.ask(verb, decision(verb, proposal_id), actor) == expected


def decision(verb, proposal_id=PROPOSAL):
    return (
        service.Approve(proposal_id)
        if verb == "approve"
        else service.Reject(proposal_id, "too high")
    )


@pytest.mark.parametrize("first", ["approve", "reject"])
@pytest.mark.parametrize("second", ["approve", "reject"])
def test_a_proposal_is_decided_once(book, first, second):
    book.ask("propose", propose())
    book.ask(first, decision(first), CHECKER)

    assert book.ask(second, decision(second), CHECKER) == "already_decided"


def test_what_is_proposed_is_tried_and_undone(book):
    before = book.draft.get(PARTIES, SELLER)

    assert book.ask("propose", propose()) is None

    assert book.draft.get(PARTIES, SELLER) == before
    assert book.draft.told(PartyGraded) is None
    assert book.draft.get(PROPOSALS, PROPOSAL).position == book.draft.position


def test_an_approved_command_is_told_word_for_word_and_carried_out(book):
    book.ask("propose", propose())
    book.ask("approve", decision("approve"), CHECKER)

    expected = ProposalApproved(PROPOSAL, "grade_party", BODY, MAKER, CHECKER)
    assert book.draft.told(ProposalApproved) == expected
    kept = book.draft.get(PROPOSALS, PROPOSAL)
    assert (kept.state, kept.checker) == (ProposalState.APPROVED, CHECKER)
    assert (kept.decided_position, kept.refusal) == (book.draft.position, None)
    assert book.draft.told(PartyGraded).after == "B"
    assert book.draft.get(PARTIES, SELLER).risk_grade == "B"


def test_what_the_book_refuses_by_then_is_approved_and_has_failed(book):
    freeze = service.SetPartyStatus(SELLER, PartyStatus.FROZEN, "a hint")
    body = encode(freeze).decode()
    assert book.ask("propose", propose(verb="set_party_status", body=body)) is None
    close = service.SetPartyStatus(SELLER, PartyStatus.CLOSED, "it left")
    assert book.ask("set_party_status", close) is None

    assert book.ask("approve", decision("approve"), CHECKER) is None

    kept = book.draft.get(PROPOSALS, PROPOSAL)
    expected = Refusal("illegal_status", "status", "frozen")
    assert (kept.state, kept.refusal) == (ProposalState.APPROVED, expected)
    assert book.draft.told(ProposalFailed) == ProposalFailed(
        PROPOSAL, "set_party_status", "illegal_status", "status", "frozen"
    )
    assert book.draft.told(PartyStatusChanged) is None
    assert book.ask("approve", decision("approve"), CHECKER) == "already_decided"


def test_a_rejected_one_is_told_with_its_reason(book):
    book.ask("propose", propose())
    book.ask("reject", decision("reject"), CHECKER)

    told = book.draft.told(ProposalRejected)
    assert told == ProposalRejected(PROPOSAL, "grade_party", MAKER, CHECKER, "too high")


def test_the_database_knows_four_eyes_too():
    said = {
        str(check.sqltext) for check in PROPOSALS.table.constraints if hasattr(check, "sqltext")
    }

    assert "maker <> checker" in said


# ---- the cast ----


def test_the_cast_can_keep_four_eyes(book):
    users = [book.draft.get(USERS, body.id) for verb, body in service.cast() if "user" in verb]
    for role in (Role.OPERATOR_ADMIN, Role.RISK, Role.SELLER):
        holders = [user for user in users if role in user.roles]
        assert len(holders) >= 2, role


def test_identifiers_of_the_cast_have_right_check_digits():
    numbers = [
        n for verb, body in service.cast() if verb == "register_party" for n in body.identifiers
    ]

    assert len(numbers) == 4
    for number in numbers:
        assert identifiers.checked_identifier(number, "x") == number
