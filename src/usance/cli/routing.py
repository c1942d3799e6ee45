"""`usance routing`: show it, check a configuration, try one on past traffic."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec

from usance.cli.listing import print_table, text
from usance.cli.refusing import REFUSED
from usance.cli.voice import Words, says
from usance.kernel.errors import Invalid
from usance.kernel.records import decode, encode
from usance.payments.model import RouteRule, RoutingConfig
from usance.payments.service.find_routing import RoutingShown, routing_of
from usance.payments.service.rehearsal import Estimate, Fault, Interval
from usance.payments.service.routing_dry_run import DryRun, dry_run, reviewed
from usance.payments.service.routing_review import Review
from usance.worker.session import Place, opened


async def show(place: Place, *, as_json: bool, language: Words) -> None:
    """Print what routes payments now."""
    async with opened(place) as session, session.pool.acquire() as connection:
        found = await routing_of(connection, await session.now())
    sys.stdout.write(encode(found).decode() + "\n" if as_json else _shown(found, language))


async def check(place: Place, file: Path, *, as_json: bool, language: Words) -> int:
    """Print every mistake and warning, and which rails there are; return the exit code."""
    config, faults = _read(file)
    judged = Review(tuple(faults), (), (), ())
    if config is not None:
        async with opened(place) as session, session.pool.acquire() as connection:
            judged = await reviewed(connection, config, await session.now())
    if as_json:
        sys.stdout.write(encode(judged).decode() + "\n")
    else:
        sys.stdout.write(_judged(judged, language))
    return REFUSED if judged.faults else 0


async def try_out(place: Place, file: Path, days: int, *, as_json: bool, language: Words) -> int:
    """Print what a configuration would have changed; return the exit code."""
    config, faults = _read(file)
    if config is not None:
        async with opened(place) as session, session.pool.acquire() as connection:
            now = await session.now()
            faults = list((await reviewed(connection, config, now)).faults)
            if not faults:
                until = now + timedelta(seconds=1)
                run = await dry_run(connection, config, until - timedelta(days=days), until)
                sys.stdout.write(encode(run).decode() + "\n" if as_json else _told(run, language))
                return 0
    said = encode({"faults": faults}).decode() + "\n" if as_json else _listed(faults)
    sys.stderr.write(said)
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


def _judged(found: Review, language: Words) -> str:
    rails = ", ".join(f"{each.rail} ({each.method})" for each in found.rails)
    collect = says("rails that collect: {0}\n", "可收款的通道:{0}\n", language)
    lines = [
        _listed(found.faults) or says("no mistake found\n", "未发现错误\n", language),
        _listed(found.warnings, says("warning: ", "警告:", language)),
        collect.format(rails) if rails else "",
    ]
    return "".join(lines)


def _shown(found: RoutingShown, language: Words) -> str:
    now = found.in_force
    version = says("version {0}", "版本 {0}", language)
    lines = [f"{version.format(now.number)}: {now.reason}"]
    lines += [
        f"  {number:>3} {_rule(rule, language)}" for number, rule in enumerate(now.config.rules)
    ]
    failed = says("{0} % of its last answers failed", "近期答复失败率 {0} %", language)
    lines += [
        f"{rail.rail}: {text(rail.state, language)}, {failed.format(rail.failures_percent)}"
        for rail in found.rails
    ]
    again = says(", version {0} again", ",恢复版本 {0}", language)
    line = says("version {0} from {1}: {2}{3}", "版本 {0},自 {1} 起:{2}{3}", language)
    for each in found.versions:
        back = again.format(each.restores) if each.restores is not None else ""
        begins = text(each.effective_at, language)
        lines.append(line.format(each.number, begins, each.reason, back))
    return "\n".join(lines) + "\n"


def _rule(rule: RouteRule, language: Words) -> str:
    if rule.split:
        way = says("split ", "按比例 ", language) + " ".join(
            f"{share.rail} {share.percent} %" for share in rule.split
        )
    else:
        order, value = says("order", "依次", language), says("value", "按价值", language)
        way = (
            f"{order} {' '.join(rule.order)}"
            if rule.order
            else f"{value} {' '.join(rule.by_value)}"
        )
    facts = " ".join(dict.fromkeys(each.fact for each in rule.when)) or says(
        "everything", "全部", language
    )
    return f"{rule.name} [{facts}]: {way}"


def _told(run: DryRun, language: Words) -> str:
    head = says(
        "{0} choices from {1} to {2}; {3} without an answer, {4} would find no rail",
        "{1} 至 {2} 共 {0} 次选择;{3} 次无答复,{4} 次将无可用通道",
        language,
    )
    sys.stdout.write(
        head.format(run.choices, run.since.date(), run.until.date(), run.unanswered, run.untaken)
        + "\n"
    )
    print_table(_HEADS[language], (_cells(each) for each in run.estimates), language)
    note = says(
        "after less before, 95 %; success in percentage points, doubly robust\n",
        "变更后减变更前,95 % 区间;成功率单位为百分点,双重稳健估计\n",
        language,
    )
    return note + _listed(run.warnings, says("warning: ", "警告:", language))


_HEADS: Final = {
    Words.EN: (
        ("segment", False),
        ("payments", True),
        ("covered", True),
        ("worth", True),
        ("success", True),
        ("cost bps", True),
        ("days", True),
    ),
    Words.ZH: (
        ("分组", False),
        ("付款数", True),
        ("覆盖", True),
        ("有效样本", True),
        ("成功率", True),
        ("成本(基点)", True),
        ("天数", True),
    ),
}


def _cells(each: Estimate) -> tuple[object, ...]:
    head = (each.segment, each.payments, f"{100 * each.covered:.1f}%", f"{each.effective:.0f}")
    if each.no_data:
        return (*head, each.no_data, "", "")
    return (*head, _span(each.success), _span(each.cost_bps), _span(each.delay_days))


def _span(interval: Interval | None) -> str:
    assert interval is not None, "an estimate with data has intervals"
    return f"{interval.estimate:+.2f} ({interval.low:+.2f} … {interval.high:+.2f})"
