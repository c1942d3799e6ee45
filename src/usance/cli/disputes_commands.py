"""The commands of `usance disputes`; what they do stands in disputes.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from pathlib import Path
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language, Limit, Repeat
from usance.cli.voice import Words

disputes = typer.Typer(no_args_is_help=True, help="What buyers' banks dispute, and our answers.")
Dispute = Annotated[str, typer.Argument(help="The dispute's id.")]


@disputes.command("list")
def list_disputes(
    *,
    stage: Annotated[str, typer.Option(help="In this stage alone, such as chargeback.")] = "",
    due_before: Annotated[
        str, typer.Option(help="To be answered by then (ISO 8601); a day means its end.")
    ] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Disputes, the newest first, with the day by which to answer."""
    from usance.cli import disputes as work
    from usance.cli.moments import end_of
    from usance.cli.places import place, run
    from usance.cli.refusing import choice, saying
    from usance.payments.model import DisputeStage

    choice("--stage", stage, DisputeStage)
    with saying():
        due = end_of("--due-before", due_before) if due_before else None
    run(work.list_disputes(place(book), stage, due, limit, as_json=as_json, language=language))


@disputes.command("show")
def show_dispute(
    dispute: Dispute, *, book: Book = "", as_json: AsJson = False, language: Language = Words.EN
) -> None:
    """One dispute."""
    from usance.cli import disputes as work
    from usance.cli.places import place, run

    run(work.show_dispute(place(book), dispute, as_json=as_json, language=language))


@disputes.command("contest")
def contest(
    dispute: Dispute,
    *,
    text: Annotated[str, typer.Option(help="What there is to say.")] = "",
    paper: Annotated[
        list[str] | None,
        typer.Option(help="KIND=FILE, such as proof_of_delivery=pod.pdf; its hash is kept."),
    ] = None,
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Contest a dispute, with words or papers; it moves on when the rail has taken them."""
    from usance.cli import disputes as work
    from usance.cli.errors import WRONG_VALUE
    from usance.cli.places import place, run
    from usance.cli.refusing import USAGE, no
    from usance.cli.voice import says

    papers: dict[str, Path] = {}
    for each in paper or ():
        kind, _, file = each.partition("=")
        if not file or not Path(file).is_file():
            right = says("KIND=FILE, where there is such a file", "类型=文件,且文件存在")
            raise no(WRONG_VALUE, "--paper", each, allowed=right, ends=USAGE)
        papers[kind] = Path(file)
    run(
        work.contest(place(book), dispute, text, papers, repeat, as_json=as_json, language=language)
    )


@disputes.command("accept")
def accept(
    dispute: Dispute,
    *,
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Leave the money to the buyer and contest it no more."""
    from usance.cli import disputes as work
    from usance.cli.places import place, run

    run(work.accept(place(book), dispute, repeat, as_json=as_json, language=language))
