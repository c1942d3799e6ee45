"""Say it to people: one screen that a banker understands."""

from rich.console import Console
from rich.table import Table

from usance.cli.demo.count import Counted


def summary(counted: Counted, seconds: float, console: Console) -> None:
    """Print the summary of a play."""
    table = Table(
        title="Two days of a shop, thirty days of money", title_justify="left", show_header=False
    )
    table.add_column("")
    table.add_column("", justify="right")
    rows: list[tuple[str, object]] = [
        ("Order lines read (left out)", f"{counted.lines:,} ({counted.lines_rejected:,})"),
        ("Orders · payments", f"{counted.orders:,} · {counted.payments:,}"),
        ("Settled by the rails · refunds", f"{counted.settled:,} · {counted.refunded:,}"),
        ("Offers of finance · advances drawn", f"{counted.offers:,} · {counted.advances:,}"),
        ("Advances repaid by settlements", f"{counted.repaid:,}"),
        ("Principal outstanding", counted.outstanding),
        ("Paid out to the seller", counted.paid_out),
        ("Books balance in every currency", "yes" if counted.books_balanced else "NO"),
        ("Facts · proofs verified", f"{counted.facts:,} · {counted.proofs_verified:,}"),
        ("Seconds", f"{seconds:.1f}"),
    ]
    for label, value in rows:
        table.add_row(label, str(value))
    console.print(table)
    console.print("[bold]Stopped in front of you[/bold]")
    for stop in counted.stopped:
        console.print(f"  • {stop.kind}, {stop.verdict}: {stop.en}")
        console.print(f"    {stop.zh}", style="dim")
