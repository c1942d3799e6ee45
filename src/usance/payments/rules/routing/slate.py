"""A slate: the rails that one rule names, as a corridor finds them today.

A rule asks the same rails of every payment, and what they take and cost in a corridor stands still
for a whole batch. So it is reckoned once what every one of them takes, and of an ordinary payment
a single look says that all can.
"""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from usance.payments.model import Considered, RouteQuestion
from usance.payments.rules.routing.value import RailTerms, why_never, why_not


class CorridorTerms(dict[str, RailTerms]):
    """What holds for each rail in a corridor; a rail that is missing is not plugged in."""

    def __init__(self, terms: Mapping[str, RailTerms]) -> None:
        super().__init__(terms)
        self._slates: dict[tuple[str, ...], Slate] = {}
        # Those that may owe us so much and no more.
        self.watched = tuple(each for each in terms.values() if each.owes_max)

    def slate(self, rails: tuple[str, ...]) -> "Slate":
        """Return the slate of a rule's rails, made when it is first asked for."""
        found = self._slates.get(rails)
        if found is None:
            found = self._slates[rails] = Slate(rails, self)
        return found


class Slate:
    """The rails of a rule in their order."""

    def __init__(self, rails: Sequence[str], terms: Mapping[str, RailTerms]) -> None:
        self._named = [(rail, terms.get(rail)) for rail in rails]
        self._able = tuple(each for _, each in self._named if each and not each.cannot)
        self._never = tuple(
            Considered(rail, cannot=why) for rail, each in self._named if (why := why_never(each))
        )
        self._needs = [attrgetter(need) for need in {each.pays_with for each in self._able} if need]
        methods = {each.method for each in self._able}
        self._methods = {"", *methods} if len(methods) == 1 else {""}
        self._least = max((each.amount_min for each in self._able), default=0)
        self._most = min((each.amount_max for each in self._able if each.amount_max), default=None)

    def sorted_out(
        self, question: RouteQuestion
    ) -> tuple[Sequence[RailTerms], Sequence[Considered]]:
        """Return the rails that can take a payment, and why the others cannot."""
        if self._all_take(question):
            return self._able, self._never
        able, out = [], []
        for rail, terms in self._named:
            cannot = why_not(terms, question)
            if cannot or terms is None:
                out.append(Considered(rail, cannot=cannot))
            else:
                able.append(terms)
        return able, out

    def _all_take(self, question: RouteQuestion) -> bool:
        """Return whether every rail that takes anything here takes this payment."""
        minor = question.amount.minor
        return (
            question.method in self._methods
            and minor >= self._least
            and (self._most is None or minor <= self._most)
            and all(has(question) for has in self._needs)
        )
