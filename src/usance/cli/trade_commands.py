"""The commands of `usance trade`; what they do stands in trade.py.

What a command needs is imported when it runs, so that `usance --help` does not wait for it.
"""

# ruff: noqa: PLC0415 - see above
from typing import Annotated

import typer

from usance.cli.options import AsJson, Book, Language, Limit, Repeat
from usance.cli.voice import Words

trade = typer.Typer(
    no_args_is_help=True, help="Shipments, invoices on terms, and goods in warehouses."
)
Order = Annotated[str, typer.Argument(help="The order's id.")]
Invoice = Annotated[str, typer.Argument(help="The invoice's id.")]
Receipt = Annotated[str, typer.Argument(help="The warehouse receipt's id.")]
SaidBy = Annotated[str, typer.Option(help="The person at the buyer's who says so.")]
At = Annotated[str, typer.Option(help="When (ISO 8601); left out, now.")]
Issued = Annotated[str, typer.Option(help="The day on the paper (ISO 8601); left out, today.")]
Quantity = Annotated[int, typer.Option(help="How many.", min=1)]


@trade.command("ship")
def ship(
    order: Order,
    *,
    carrier: Annotated[str, typer.Option(help="Who has the goods.")],
    tracking: Annotated[str, typer.Option(help="The carrier's number of the parcel.")],
    at: At = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The goods of an order were handed to a carrier."""
    from usance.cli import trade as work
    from usance.cli.places import place, run

    run(
        work.ship(
            place(book), order, carrier, tracking, at, repeat, as_json=as_json, language=language
        )
    )


@trade.command("deliver")
def deliver(
    shipment: Annotated[str, typer.Argument(help="The shipment's id.")],
    *,
    proof: Annotated[str, typer.Option(help="What says so, such as a signature's number.")],
    at: At = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The goods of a shipment have arrived."""
    from usance.cli import trade as work
    from usance.cli.places import place, run

    run(work.deliver(place(book), shipment, proof, at, repeat, as_json=as_json, language=language))


@trade.command("shipments")
def list_shipments(
    *,
    order: Annotated[str, typer.Option(help="Of this order alone: its id.")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Shipments, the earliest first."""
    from usance.cli import trade as work
    from usance.cli.places import place, run

    run(work.list_shipments(place(book), order, limit, as_json=as_json, language=language))


@trade.command("invoice")
def present(
    order: Order,
    *,
    number: Annotated[str, typer.Option(help="The invoice's number.")],
    due: Annotated[str, typer.Option(help="The day on which it is to be paid (ISO 8601).")],
    issued: Issued = "",
    amount: Annotated[str, typer.Option(help="In the order's currency; left out, all of it.")] = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Ask the buyer of an order to pay by a day."""
    from usance.cli import trade as work
    from usance.cli.places import place, run

    run(
        work.present(
            place(book),
            order,
            number,
            issued,
            due,
            amount,
            repeat,
            as_json=as_json,
            language=language,
        )
    )


@trade.command("approve")
def approve(
    invoice: Invoice,
    amount: Annotated[str, typer.Argument(help="What the buyer owes; left out, all.")] = "",
    *,
    said_by: SaidBy,
    due: Annotated[
        str, typer.Option(help="The buyer's own day (ISO 8601); left out, the invoice's.")
    ] = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The buyer accepts to owe an invoice, or part of it."""
    from usance.cli import trade as work
    from usance.cli.places import place, run

    run(
        work.approve(
            place(book), invoice, amount, said_by, due, repeat, as_json=as_json, language=language
        )
    )


@trade.command("dispute")
def dispute(
    invoice: Invoice,
    *,
    said_by: SaidBy,
    reason: Annotated[str, typer.Option(help="Why.")],
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The buyer does not accept an invoice as it was presented."""
    from usance.cli import trade as work
    from usance.cli.places import place, run

    run(
        work.dispute(
            place(book), invoice, reason, said_by, repeat, as_json=as_json, language=language
        )
    )


@trade.command("credit")
def credit(
    invoice: Invoice,
    amount: Annotated[str, typer.Argument(help="What is taken off, in the invoice's currency.")],
    *,
    number: Annotated[str, typer.Option(help="The credit note's number.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    issued: Issued = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Take something off an invoice by a credit note."""
    from usance.cli import trade as work
    from usance.cli.places import place, run

    run(
        work.credit(
            place(book),
            invoice,
            amount,
            number,
            issued,
            reason,
            repeat,
            as_json=as_json,
            language=language,
        )
    )


@trade.command("invoices")
def list_invoices(
    *,
    order: Annotated[str, typer.Option(help="Of this order alone: its id.")] = "",
    status: Annotated[str, typer.Option(help="In this status alone, such as approved.")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Invoices on terms, the earliest first."""
    from usance.cli import trade as work
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.trade.model import InvoiceStatus

    choice("--status", status, InvoiceStatus)
    run(work.list_invoices(place(book), order, status, limit, as_json=as_json, language=language))


@trade.command("receipt")
def receipt(
    *,
    number: Annotated[str, typer.Option(help="The receipt's number.")],
    keeper: Annotated[str, typer.Option(help="Who holds the goods: an id.")],
    owner: Annotated[
        str, typer.Option(help="Whose they are: an id, or a reference; empty for the only seller.")
    ] = "",
    goods: Annotated[str, typer.Option(help="What they are.")],
    quantity: Quantity,
    unit: Annotated[str, typer.Option(help="What is counted.")] = "piece",
    unit_value: Annotated[str, typer.Option(help="What one is worth.")],
    currency: Annotated[str, typer.Option(help="Of the value.")],
    stored: Annotated[str, typer.Option(help="Since when (ISO 8601); left out, today.")] = "",
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """A warehouse keeper holds goods of a seller."""
    from usance.cli import trade as work
    from usance.cli.places import place, run

    stored_goods = work.Stored(
        number, keeper, owner, goods, unit, quantity, unit_value, currency, stored
    )
    run(work.receipt(place(book), stored_goods, repeat, as_json=as_json, language=language))


@trade.command("move")
def move(
    receipt: Receipt,
    way: Annotated[str, typer.Argument(help="added or released.")],
    *,
    quantity: Quantity,
    reference: Annotated[str, typer.Option(help="Of the paper that says so.")],
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Goods come to a warehouse receipt or leave it."""
    from usance.cli import trade as work
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.trade.model import StockMove

    choice("WAY", way, StockMove)
    run(
        work.move(
            place(book),
            receipt,
            way,
            quantity,
            reference,
            repeat,
            as_json=as_json,
            language=language,
        )
    )


@trade.command("revalue")
def revalue(
    receipt: Receipt,
    unit_value: Annotated[
        str, typer.Argument(help="What one is worth now, in the receipt's currency.")
    ],
    *,
    source: Annotated[str, typer.Option(help="Who says so.")],
    repeat: Repeat = "",
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """The goods of a warehouse receipt are worth something else."""
    from usance.cli import trade as work
    from usance.cli.places import place, run

    run(
        work.revalue(
            place(book), receipt, unit_value, source, repeat, as_json=as_json, language=language
        )
    )


@trade.command("receipts")
def list_receipts(
    *,
    status: Annotated[str, typer.Option(help="held or released alone.")] = "",
    limit: Limit = 20,
    book: Book = "",
    as_json: AsJson = False,
    language: Language = Words.EN,
) -> None:
    """Warehouse receipts, the earliest first."""
    from usance.cli import trade as work
    from usance.cli.places import place, run
    from usance.cli.refusing import choice
    from usance.trade.model import StockStatus

    choice("--status", status, StockStatus)
    run(work.list_receipts(place(book), status, limit, as_json=as_json, language=language))
