"""What became of the transfers that somebody asked for: in whose hand, how many of each kind."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from usance.reporting.model import Words

# Who asks by which verb: a program of its own accord, or people, of whom another one approved.
_WHO: Final = {
    "create_named_transfers": Words("By a program", "程序记账"),
    "create_transfers": Words("By hand", "人工记账"),
}
_STATES: Final = {
    "posted": Words("posted", "入账"),
    "held": Words("reserved", "预留"),
    "voided": Words("given back", "撤销"),
}
_DONE: Final = "created"


def what_was_recorded(results: Sequence[str], verb: str, states: Sequence[str]) -> Words:
    """Return a sentence about the result codes of transfers and the states of those recorded."""
    counted = Counter(states)
    english = [f"{counted[state]} {words.en}" for state, words in _STATES.items() if counted[state]]
    chinese = [
        f"{words.zh} {counted[state]} 笔" for state, words in _STATES.items() if counted[state]
    ]
    refused = [code for code in results if code != _DONE]
    if refused:
        codes = sorted(set(refused))
        english.append(f"{len(refused)} not ({', '.join(codes)})")
        chinese.append(f"未记录 {len(refused)} 笔({'、'.join(codes)})")
    who = _WHO.get(verb, Words("Transfers", "转账"))
    return Words(
        f"{who.en}: {', '.join(english) or 'nothing'}.",
        f"{who.zh}:{'、'.join(chinese) or '无'}。",
    )
