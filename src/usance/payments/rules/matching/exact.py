"""Pairs of entries and movements: by name, in batches, by amount with day and party, or near.

Each rule looks only at what the rules before it have left. A movement is matched once: an entry
that names one which is taken shows money twice, and that is said.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from usance.kernel.records import Record
from usance.payments.model import Movement
from usance.payments.rules.matching.lines import Line
from usance.payments.rules.matching.near import Tolerance, nearness

WHOLE: Final = 1000
_NAMED: Final = 850
# So many movements of about the amount are looked at for one entry.
_NEAR_MAX: Final = 64
# Where very many are of one amount, no more than these are sorted by their days.
_ABOUT_MAX: Final = 512


class Found(Record, frozen=True):
    """Which movements an entry is, or may be. score: per mille. difference: entry less them."""

    movements: tuple[UUID, ...]
    rule: str
    score: int
    why: str
    difference: int = 0


class Outcome(Record, frozen=True):
    """What became of an entry. twice: the other entry that shows the same movement."""

    line: UUID
    found: Found | None
    is_match: bool
    twice: UUID | None = None


def pair(
    lines: Sequence[Line], movements: Sequence[Movement], tolerance: Tolerance
) -> list[Outcome]:
    """Return what becomes of each entry, in their order. movements: those not matched yet."""
    work = Pairing(movements, tolerance)
    found = {each.line: each for each in (*work.named(lines), *work.left())}
    return [found[line.id] for line in lines]


class Pairing:
    """Many entries, given in parts, and the movements they may be.

    First all are given to `named`, then `left` is asked once: what is matched by name, as most is,
    need not be kept until the last entry was read.
    """

    def __init__(self, movements: Sequence[Movement], tolerance: Tolerance) -> None:
        self._movements = movements
        self._tolerance = tolerance
        self._done: dict[UUID, Outcome] = {}
        self._left: list[Line] = []
        # Who has taken a movement, by its place.
        self._taken: dict[int, UUID] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_party: dict[tuple[str, bool, int, date, str], list[int]] = defaultdict(list)
        self._amounts: dict[tuple[str, bool], list[tuple[int, int]]] = defaultdict(list)

    def named(self, lines: Sequence[Line]) -> list[Outcome]:
        """Return what became of those entries that a name decides; the others wait for `left`."""
        if lines and not self._by_name:
            self._know_names()
        for line in lines:
            self._by_its_name(line)
        decided = list(self._done.values())
        self._left += [line for line in lines if line.id not in self._done]
        self._done = {}
        return decided

    def left(self) -> list[Outcome]:
        """Return what becomes of all entries that no name has decided, in their order."""
        lines = self._left
        if not lines:
            return []
        for line in lines:
            self._by_parts(line)
        self._several_are_one([line for line in lines if line.id not in self._done])
        self._know_amounts()
        for line in lines:
            if line.id not in self._done:
                self._by_its_party(line)
        return [self._done.get(line.id) or self._nearest(line) for line in lines]

    def _know_names(self) -> None:
        for place, each in enumerate(self._movements):
            for name in each.names:
                self._by_name.setdefault(name, []).append(place)

    def _know_amounts(self) -> None:
        """Order what nobody has taken by amount; of a long statement it is little."""
        for place, each in enumerate(self._movements):
            if place in self._taken:
                continue
            direction = (each.amount.currency, each.is_credit)
            self._amounts[direction].append((each.amount.minor, place))
            key = (*direction, each.amount.minor, each.value_date, each.counterparty)
            self._by_party[key].append(place)
        for several in self._amounts.values():
            several.sort()

    def _by_its_name(self, line: Line) -> None:
        """Match the movement of a name and the same amount, or all of a name if they add up."""
        twice = None
        for name in line.names:
            named = self._of_currency(self._by_name.get(name, ()), line.currency)
            left = [place for place in named if place not in self._taken]
            for place in left:
                if self._is_same(line, place):
                    self._match(line, [place], "name", f"names {name}")
                    return
            if len(left) > 1 and self._signed(left) == _signed(line):
                self._match(line, left, "name_of_many", f"{len(left)} movements named {name}")
                return
            for place in named:
                if place in self._taken and self._is_same(line, place):
                    twice = self._taken[place]
        if twice is not None:
            self._done[line.id] = Outcome(line.id, None, is_match=False, twice=twice)

    def _by_parts(self, line: Line) -> None:
        """Match a batch booked as one sum, where each of its transactions names a movement."""
        found: list[int] = []
        for names, minor in line.parts:
            places = (
                place
                for name in names
                for place in self._of_currency(self._by_name.get(name, ()), line.currency)
                if place not in self._taken
                and place not in found
                and self._movements[place].amount.minor == minor
                and self._movements[place].is_credit is line.is_credit
            )
            place = next(places, None)
            if place is None:
                return
            found.append(place)
        if found and self._signed(found) == _signed(line):
            self._match(line, found, "batch", f"a batch of {len(found)}")

    def _several_are_one(self, lines: Sequence[Line]) -> None:
        """Match entries that share a name and together are one movement."""
        sharing: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            for name in line.names:
                if name in self._by_name:
                    sharing[name].append(line)
        for name, several in sharing.items():
            left = [line for line in several if line.id not in self._done]
            if len(left) < 2:
                continue
            total = sum(map(_signed, left))
            for place in self._of_currency(self._by_name[name], left[0].currency):
                if place not in self._taken and self._signed([place]) == total:
                    for line in left:
                        why = f"one of {len(left)} named {name}"
                        self._match(line, [place], "part_of_one", why)
                    break

    def _by_its_party(self, line: Line) -> None:
        """Match the one movement of the same amount, day and party; where two fit, neither."""
        key = (line.currency, line.is_credit, line.minor, line.on, line.party)
        named = self._by_party.get(key, ()) if line.party else ()
        fitting = [place for place in named if place not in self._taken]
        if len(fitting) == 1:
            self._match(line, fitting, "amount_day_party", "amount, day and party are the same")

    def _nearest(self, line: Line) -> Outcome:
        """Return the movement that is most like an entry as a suggestion, or none."""
        best = self._named_otherwise(line)
        tolerance = self._tolerance
        if best is None:
            for place in self._about(line, tolerance.of(line.minor))[:_NEAR_MAX]:
                movement = self._movements[place]
                score, why = nearness(line, movement, tolerance)
                if score >= tolerance.suggest_from and (best is None or score > best.score):
                    difference = line.minor - movement.amount.minor
                    best = Found((movement.id,), "near", score, why, difference)
        return Outcome(line.id, best, is_match=False)

    def _named_otherwise(self, line: Line) -> Found | None:
        """Return the movement that an entry names though its amount is another."""
        for name in line.names:
            for place in self._of_currency(self._by_name.get(name, ()), line.currency):
                movement = self._movements[place]
                if place not in self._taken and movement.is_credit is line.is_credit:
                    difference = line.minor - movement.amount.minor
                    why = f"names {name}, the amount differs by {difference}"
                    return Found((movement.id,), "name_other_amount", _NAMED, why, difference)
        return None

    def _about(self, line: Line, off: int) -> list[int]:
        """Return what is not taken of about an amount, the nearest day first."""
        several = self._amounts.get((line.currency, line.is_credit), [])
        first = bisect_left(several, (line.minor - off, -1))
        last = bisect_right(several, (line.minor + off, len(self._movements)))
        last = min(last, first + _ABOUT_MAX)
        open_ = [place for _, place in several[first:last] if place not in self._taken]
        return sorted(open_, key=lambda place: abs(self._movements[place].value_date - line.on))

    def _of_currency(self, places: Sequence[int], currency: str) -> list[int]:
        return [place for place in places if self._movements[place].amount.currency == currency]

    def _is_same(self, line: Line, place: int) -> bool:
        movement = self._movements[place]
        return movement.amount.minor == line.minor and movement.is_credit is line.is_credit

    def _signed(self, places: Sequence[int]) -> int:
        found = (self._movements[place] for place in places)
        return sum(each.amount.minor if each.is_credit else -each.amount.minor for each in found)

    def _match(self, line: Line, places: Sequence[int], rule: str, why: str) -> None:
        for place in places:
            self._taken.setdefault(place, line.id)
        found = Found(tuple(self._movements[place].id for place in places), rule, WHOLE, why)
        self._done[line.id] = Outcome(line.id, found, is_match=True)


def _signed(line: Line) -> int:
    return line.minor if line.is_credit else -line.minor
