"""Keys from the command line: of the demonstration's people, and the first ones of a book.

A secret is shown once and kept as its hash. Whoever reaches a book's engine from the command
line is the house itself; keys that decide upon what others propose come from here alone.
"""

import json
import os
import sys
from typing import Final

from usance.cli.refusing import option, refused
from usance.kernel.errors import Code, NotFound
from usance.kernel.ids import KeyId, UserId, fresh, milliseconds_at
from usance.kernel.records import Record
from usance.parties.model import HOUSE, OPERATOR, PartyKind, Role
from usance.parties.service import (
    ENTROPY_BYTES,
    IssueKey,
    RegisterParty,
    RegisterUser,
    cast_user,
    hash_of,
    prefix_of,
    secret_of,
)
from usance.parties.service.find_parties import users_of
from usance.runtime.clock import wall_now
from usance.worker.session import Place, Session, opened

ROLES: Final = ("admin", "operations", "risk", "seller", "funder_one", "regulator", "developer")
ALREADY_FOUNDED: Final = Code(
    "already_founded",
    409,
    "The book {field} was founded before; its administrators are {value}.",
    "账簿 {field} 已完成设立,管理员为 {value}。",
    "Nothing was changed. Issue an administrator another key: usance key USER --book BOOK.",
    "未作任何更改。如需为管理员另发密钥,请用:usance key USER --book BOOK。",
)
_ADMINISTRATORS: Final = ("Administrator one", "Administrator two")


async def demo_keys(session: Session) -> list[tuple[str, str]]:
    """Issue a key to one user of each role; return (role, secret)."""
    return [(role, await issue(session, cast_user(role))) for role in ROLES]


async def issue(session: Session, user_id: UserId) -> str:
    """Issue a key with all that the user's roles allow; return its secret."""
    secret = secret_of(os.urandom(ENTROPY_BYTES), live=not await session.is_test())
    key_id = KeyId(fresh(milliseconds_at(wall_now()), int.from_bytes(os.urandom(10), "big")))
    await _do(session, "issue_key", IssueKey(key_id, user_id, prefix_of(secret), hash_of(secret)))
    return secret


async def print_key(place: Place, user: str, *, as_json: bool = False) -> None:
    """Issue a key to a user, named by id, and print its secret."""
    async with opened(place) as session:
        with option("USER"):
            user_id = UserId(user)
        if user_id == HOUSE:
            raise NotFound("user to whom a key is issued", user)
        secret = await issue(session, user_id)
    told = json.dumps({"user_id": str(user_id), "secret": secret}) if as_json else secret
    sys.stdout.write(f"{told}\n")


async def found(place: Place, name: str, country: str, *, as_json: bool = False) -> None:
    """Register who runs a new book and two administrators, and print their keys.

    Raises Invalid(already_founded) where somebody runs it.
    """
    async with opened(place) as session:
        async with session.pool.acquire() as connection:
            users = await users_of(connection, OPERATOR)
        known = [str(user.id) for user in users if Role.OPERATOR_ADMIN in user.roles]
        if known:
            raise ALREADY_FOUNDED.invalid(place.book, " and ".join(known))
        operator = RegisterParty(OPERATOR, PartyKind.OPERATOR, name, country, risk_grade="A")
        await _do(session, "register_party", operator)
        house = RegisterUser(HOUSE, OPERATOR, "The house itself", (Role.OPERATIONS,))
        await _do(session, "register_user", house)
        made = []
        for person in _ADMINISTRATORS:
            user_id = UserId.derived(0, place.book, person)
            roles = (Role.OPERATOR_ADMIN,)
            await _do(session, "register_user", RegisterUser(user_id, OPERATOR, person, roles))
            made.append((person, str(user_id), await issue(session, user_id)))
    if as_json:
        people = [dict(zip(("name", "user_id", "secret"), each, strict=True)) for each in made]
        told = {"operator_id": str(OPERATOR), "administrators": people}
        sys.stdout.write(json.dumps(told) + "\n")
    for each in made if not as_json else ():
        sys.stdout.write("  ".join(each) + "\n")


async def _do(session: Session, verb: str, body: Record) -> None:
    outcome = await session.do(verb, body, os.urandom(8).hex())
    if outcome.refusal is not None:
        raise refused(outcome.refusal)
