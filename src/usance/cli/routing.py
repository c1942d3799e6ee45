"""`usance routing`: show it, check a configuration, try one on past traffic."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from usance.cli.refusing import REFUSED
from usance.kernel.errors import Invalid
from usance.kernel.records import decode, encode
from usance.payments.model import RouteRule, RoutingConfig
from usance.payments.service.find_routing import RoutingShown, routing_of
from usance.payments.service.rehearsal import Estimate, Fault, Interval
from usance.payments.service.routing_dry_run import DryRun, dry_run, reviewed
from usance.payments.service.routing_review import Review
from usance.worker.session import Place, opened


async def show(place: Place, *, as_json: bool) -> None:
    """Print what routes payments now."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await routing_of(connection, await session.now())
    sys.stdout.write(encode(found).decode() + "\n" if as_json else _shown(found))


async def check(place: Place, file: Path, *, as_json: bool) -> int:
    """Print every mistake and warning, and which rails there are; return the exit code."""
    config, faults = _read(file)
    judged = Review(tuple(faults), (), (), ())
    if config is not None:
        async with opened(place) as session, session.pool.acquire() as connection:
            judged = await reviewed(connection, config, await session.now())
    if as_json:
        sys.stdout.write(encode(judged).decode() + "\n")
    else:
        sys.stdout.write(_judged(judged))
    return REFUSED if judged.faults else 0


async def try_out(place: Place, file: Path, days: int, *, as_json: bool) -> int:
    """Print what a configuration would have changed; return the exit code."""
    config, faults = _read(file)
    if config is not None:
        async with opened(place) as session, session.pool.acquire() as connection:
            now = await session.now()
            faults = list((await reviewed(connection, config, now)).faults)
            if not faults:
                until = now + timedelta(seconds=1)
                run = await dry_run(connection, config, until - timedelta(days=days), until)
                sys.stdout.write(encode(run).decode() + "\n" if as_json else _told(run))
                return 0
    sys.stderr.write(_listed(faults))
    return REFUSED


def _read(file: Path) -> tuple[RoutingConfig | None, list[Fault]]:
    """Return the configuration of a file, or where its form is wrong."""
    try:
        return decode(file.read_bytes(), RoutingConfig), []
    except msgspec.ValidationError as wrong:
        words, _, path = str(wrong).partition(" - at `$")
        return None, [Fault(path.strip("`.") or "$", words)]
    except (msgspec.DecodeError, UnicodeDecodeError, Invalid) as broken:
        return None, [Fault("$", f"is not JSON: {broken}")]


def _listed(faults: Sequence[Fault], mark: str = "") -> str:
    return "".join(f"{mark}{fault.path}: {fault.problem}\n" for fault in faults)


def _judged(found: Review) -> str:
    rails = ", ".join(f"{each.rail} ({each.method})" for each in found.rails)
    lines = [
        _listed(found.faults) or "no mistake found\n",
        _listed(found.warnings, "warning: "),
        f"rails that collect: {rails}\n" if rails else "",
    ]
    return "".join(lines)


def _shown(found: RoutingShown) -> str:
    now = found.in_force
    lines = [f"version {now.number}: {now.reason}"]
    lines += [f"  {number:>3} {_rule(rule)}" for number, rule in enumerate(now.config.rules)]
    lines += [
        f"{rail.rail}: {rail.state}, {rail.failures_percent} % of its last answers failed"
        for rail in found.rails
    ]
    for version in found.versions:
        back = f", version {version.restores} again" if version.restores is not None else ""
        begins = version.effective_at.isoformat()
        lines.append(f"version {version.number} from {begins}: {version.reason}{back}")
    return "\n".join(lines) + "\n"


def _rule(rule: RouteRule) -> str:
    if rule.split:
        way = "split " + " ".join(f"{share.rail} {share.percent} %" for share in rule.split)
    else:
        way = f"order {' '.join(rule.order)}" if rule.order else f"value {' '.join(rule.by_value)}"
    facts = " ".join(dict.fromkeys(each.fact for each in rule.when)) or "everything"
    return f"{rule.name} [{facts}]: {way}"


def _told(run: DryRun) -> str:
    lines = [
        (
            f"{run.choices} choices from {run.since.date()} to {run.until.date()};"
            f" {run.unanswered} without an answer, {run.untaken} would find no rail"
        ),
        (
            f"{'segment':<10}{'payments':>9}{'covered':>9}{'worth':>8}"
            f"{'success':>24}{'cost bps':>24}{'days':>20}"
        ),
    ]
    lines += [_line(each) for each in run.estimates]
    lines.append("after less before, 95 %; success in percentage points, doubly robust")
    return "\n".join(lines) + "\n" + _listed(run.warnings, "warning: ")


def _line(each: Estimate) -> str:
    head = f"{each.segment:<10}{each.payments:>9}{100 * each.covered:>8.1f}%{each.effective:>8.0f}"
    if each.no_data:
        return f"{head}  {each.no_data}"
    return f"{head}{_span(each.success):>24}{_span(each.cost_bps):>24}{_span(each.delay_days):>20}"


def _span(interval: Interval | None) -> str:
    assert interval is not None, "an estimate with data has intervals"
    return f"{interval.estimate:+.2f} ({interval.low:+.2f} … {interval.high:+.2f})"
