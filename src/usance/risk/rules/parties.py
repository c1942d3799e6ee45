"""Parties: what screening and standing say of a name, and the findings that follow."""

from typing import Final

from usance.kernel.decisions import Verdict
from usance.kernel.records import Record
from usance.risk.model import Hit
from usance.risk.rules.verdicts import Finding, finding


class Screened(Record, frozen=True):
    """One screened name. score: per mille, None without a hit. aligned: `asked=listed` pairs."""

    name: str
    score: int | None
    listed: str | None
    aligned: str | None


class Role(Record, frozen=True):
    """In what part a name was screened: the stem of its codes, and its words."""

    code: str
    en: str
    zh: str


PAYER: Final = Role("payer", "payer", "付款人")
PAYEE: Final = Role("payee", "payee", "收款人")
SELLER: Final = Role("seller", "seller", "卖方")
OBLIGOR: Final = Role("obligor", "obligor", "债务人")


def screened(name: str, hit: Hit | None) -> Screened:
    """Return what screening found about a name, flat."""
    if hit is None:
        return Screened(name, None, None, None)
    pairs = "; ".join(f"{asked}={listed}" for asked, listed in hit.aligned)
    return Screened(name, hit.score, hit.printed, pairs)


def sanctions(role: Role, seen: Screened, review_score: int, block_score: int) -> Finding | None:
    """Block a hit at `block_score` per mille or over, review one at `review_score` or over."""
    if seen.score is None or seen.score < review_score:
        return None
    blocks = seen.score >= block_score
    code = f"sanctions_{'hit' if blocks else 'possible'}_{role.code}"
    return finding(
        Verdict.BLOCK if blocks else Verdict.REVIEW,
        code,
        f"The {role.en} {seen.name} is like {seen.listed}: score {_per_cent(seen.score)} of 100"
        f" (review from {_per_cent(review_score)}, block from {_per_cent(block_score)}).",
        f"{role.zh} {seen.name} 与 {seen.listed} 相似:{_per_cent(seen.score)} 分(满分 100,"
        f"{_per_cent(review_score)} 分起复核,{_per_cent(block_score)} 分起拦截)。",
    )


def no_list(lists: str) -> Finding | None:
    """Review whatever comes while no sanctions list is adopted: nothing was screened."""
    if lists:
        return None
    return finding(
        Verdict.REVIEW,
        "no_list",
        "No sanctions list is adopted, so no name was screened.",
        "尚未启用任何制裁名单,名称未经筛查。",
    )


def frozen(role: Role, name: str, *, is_frozen: bool) -> Finding | None:
    """Block what touches a frozen party."""
    if not is_frozen:
        return None
    return finding(
        Verdict.BLOCK,
        f"frozen_{role.code}",
        f"The {role.en} {name} is frozen.",
        f"{role.zh} {name} 已被冻结。",
    )


def _per_cent(score: int) -> str:
    whole, tenth = divmod(score, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)
