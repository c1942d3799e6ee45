"""What a command asks of the book: done at once, or written down for a second person.

The house itself asks for what one person may do. What needs two is proposed in the name of a
user, and approved by another one with a key of their own.
"""

import json
import os
import sys
from uuid import UUID

from usance.api.proposals import approval_scopes
from usance.cli.refusing import option, refused
from usance.cli.voice import Words
from usance.kernel.ids import ProposalId, UserId, derive, milliseconds_at
from usance.kernel.records import Record, encode
from usance.parties.model import HOUSE
from usance.parties.service import Propose
from usance.runtime.commands import Command
from usance.runtime.facts import Outcome
from usance.worker.session import Session

_WAITS = {
    Words.EN: (
        "{id} waits for another person of the same party, whose key has {scopes}:\n"
        "  USANCE_KEY=uk_… usance proposals approve {id} --book {book}\n"
        "  or POST /v1/proposals/{id}/approve\n"
    ),
    Words.ZH: (
        "{id} 等待同一主体的另一人批准,其密钥须具有 {scopes}:\n"
        "  USANCE_KEY=uk_… usance proposals approve {id} --book {book}\n"
        "  或 POST /v1/proposals/{id}/approve\n"
    ),
}


async def act(
    session: Session, verb: str, body: Record, key: str = "", language: Words = Words.EN
) -> Outcome:
    """Have the house carry out a verb; raise the exit where the book says no.

    key: under the same one it is done once, whenever it is repeated; "" is another each time.
    """
    command_id = (
        derive(0, "cli", verb, key)
        if key
        else derive(milliseconds_at(await session.now()), "cli", verb, os.urandom(16).hex())
    )
    [outcome] = await session.book.submit([Command(command_id, verb, HOUSE, body)])
    if outcome.refusal is not None:
        raise refused(outcome.refusal, language)
    return outcome


async def propose(
    session: Session,
    by: str,
    verb: str,
    body: Record,
    reason: str,
    *,
    as_json: bool = False,
    language: Words = Words.EN,
) -> None:
    """Propose a verb in a user's name, and say who is awaited."""
    with option("--by"):
        user = UserId(by)
    now = milliseconds_at(await session.now())
    command_id = derive(now, "cli", by, verb, encode(body))
    proposal = ProposalId.derived(now, command_id)
    asked = Propose(proposal, verb, encode(body).decode(), reason)
    command = Command(command_id, "propose", UUID(int=user.int), asked)
    [outcome] = await session.book.submit([command])
    if outcome.refusal is not None:
        raise refused(outcome.refusal, language)
    scopes = approval_scopes(verb)
    if as_json:
        told = {"object": "proposal", "id": str(proposal), "verb": verb, "state": "proposed"}
        sys.stdout.write(json.dumps({**told, "approval_scopes": list(scopes)}) + "\n")
        return
    words = _WAITS[language]
    sys.stdout.write(
        words.replace("{id}", str(proposal))
        .replace("{scopes}", " + ".join(scopes))
        .replace("{book}", session.place.book)
    )
