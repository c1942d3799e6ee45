"""The commands of `usance proposals`; what they do stands in proposals.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language, Limit, Reason
from usance.cli.voice import Words

proposals = typer.Typer(no_args_is_help=True, help="What waits for a second person.")
Proposal = Annotated[str, typer.Argument(help="The proposal's id.")]
Key = Annotated[
    str, typer.Option("--key", envvar="USANCE_KEY", help="Of whoever decides; not the proposer's.")
]


@proposals.command("list")
def list_proposals(
    *,
    state: Annotated[
        str, typer.Option(help="proposed, approved or rejected; empty for all.")
    ] = "proposed",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """What waits for a second person, the earliest first, and which scope that person needs."""
    from usance.cli import proposals as work
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.parties.model import ProposalState

    choice("--state", state, ProposalState)
    run(work.list_proposals(place(book), state, limit, as_json=as_json, language=language))


@proposals.command("show")
def show_proposal(
    proposal: Proposal, *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """One proposal: what it asks for, and what came of it."""
    from usance.cli import proposals as work
    from usance.cli.places import place, run

    run(work.show_proposal(place(book), proposal, as_json=as_json, language=language))


@proposals.command("approve")
def approve(
    proposal: Proposal,
    *,
    key: Key,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Agree, as the holder of a key, and have carried out what another person has proposed."""
    from usance.cli import proposals as work
    from usance.cli.places import place, run

    run(work.decide(place(book), proposal, key, "", as_json=as_json, language=language))


@proposals.command("reject")
def reject(
    proposal: Proposal,
    *,
    key: Key,
    reason: Reason,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Disagree, as the holder of a key: nothing is carried out."""
    from usance.cli import proposals as work
    from usance.cli.places import place, run

    run(work.decide(place(book), proposal, key, reason, as_json=as_json, language=language))
