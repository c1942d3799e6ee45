"""Screening: which listed entities bear a name close to this one?

An index is made once for a version of a list and never changes. A name is cut into tokens;
each finds its neighbours in the list's vocabulary (the same, the same by ear, few letters
apart); names that share enough of them are aligned token by token. The score is a Dice
coefficient in which a rare token weighs more than a frequent one (inverse document frequency):

    score = Σ similarity · (w + w') over aligned pairs / that at similarity 1 + Σ unaligned · c

where c is one when both sides have tokens left (a contradiction: another surname), one half
when only one has (an omission), and one quarter when two tokens of weight are aligned (a
patronymic left out).
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import nlargest
from operator import itemgetter
from typing import Final

from rapidfuzz.distance import Levenshtein

from usance.kernel.records import encode
from usance.risk.model import EntityKind, Hit, ListedEntity
from usance.risk.rules.names import LIGHT, skeleton, tokens_of, trigrams

PARTY_KINDS: Final = frozenset({EntityKind.PERSON, EntityKind.ORGANISATION})
# Nothing below is ever reported, so thresholds lie between this and 1000.
SCORE_FLOOR: Final = 800
HITS_MAX: Final = 5

# The shape of the measure, tuned as a whole on labelled pairs; who changes one measures again.
_CANDIDATES_MAX: Final = 40
_SIMILAR_MIN: Final = 0.75
_SAME_BY_EAR: Final = 0.92
_SOUNDS_MIN: Final = 3
_SPELT_ALIKE_MIN: Final = 0.5
_VOWELS: Final = frozenset("aeiou")
_INITIAL: Final = 0.85
_JOINED: Final = 980
_ONE_WORD_MAX: Final = 820
_LIGHT_WEIGHT: Final = 0.05
_SHARED_TRIGRAMS_MIN: Final = 0.4
_SHORT: Final = 5
_MEMORY_MAX: Final = 100_000

_Pair = tuple[float, float, int, int]


def version_of(entities: Iterable[ListedEntity]) -> str:
    """Return the version of a list: SHA-256 over its entries in the order of their ids, hex."""
    digest = hashlib.sha256()
    for entity in sorted(entities, key=lambda one: (one.list, one.entry_id)):
        digest.update(encode(entity))
        digest.update(b"\n")
    return digest.hexdigest()


class Index:
    """The names of one version of one list, ready to be searched."""

    def __init__(self, version: str, entities: Sequence[ListedEntity]) -> None:
        self.version = version
        self.list = entities[0].list if entities else ""
        self._entities = entities
        self._names: list[tuple[int, str, tuple[str, ...]]] = []
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._joined: dict[str, list[int]] = defaultdict(list)
        for at, entity in enumerate(entities):
            for name in entity.names:
                self._add(at, name)
        self._weights = {token: self._weigh(len(at)) for token, at in self._postings.items()}
        self._unknown_weight = self._weigh(1)
        self._mass = [sum(map(self._weights.__getitem__, name[2])) for name in self._names]
        self._by_ear: dict[str, list[str]] = defaultdict(list)
        self._by_trigram: dict[str, list[str]] = defaultdict(list)
        for token in self._postings:
            self._by_ear[skeleton(token)].append(token)
            for gram in trigrams(token):
                self._by_trigram[gram].append(token)
        self._near_memory: dict[str, dict[str, float]] = {}
        self._hit_memory: dict[tuple[str, ...], tuple[Hit, ...]] = {}

    def _add(self, at: int, name: str) -> None:
        tokens = tuple(dict.fromkeys(tokens_of(name)))
        # A name of company forms alone would be like every company.
        if all(token in LIGHT for token in tokens):
            return
        number = len(self._names)
        self._names.append((at, name, tokens))
        self._joined["".join(tokens)].append(number)
        for token in tokens:
            self._postings[token].append(number)

    def _weigh(self, frequency: int) -> float:
        return math.log1p(len(self._names) / frequency)

    def screen(self, name: str, threshold: int) -> tuple[Hit, ...]:
        """Return the best hits at or over `threshold` per mille, the best first.

        threshold: at least SCORE_FLOOR, below which nothing is searched for.
        """
        tokens = tuple(dict.fromkeys(tokens_of(name)))
        hits = self._hit_memory.get(tokens)
        if hits is None:
            if len(self._hit_memory) >= _MEMORY_MAX:
                self._hit_memory.clear()
            hits = self._hit_memory[tokens] = self._search(tokens)
        return tuple(hit for hit in hits if hit.score >= threshold)

    def _search(self, tokens: tuple[str, ...]) -> tuple[Hit, ...]:
        if all(token in LIGHT for token in tokens):
            return ()
        near = {token: self._near(token) for token in tokens}
        best: dict[int, Hit] = {}
        for number in self._candidates(tokens, near):
            at, name, listed = self._names[number]
            score, aligned = self._align(tokens, listed, near)
            if score >= SCORE_FLOOR and (at not in best or score > best[at].score):
                entity = self._entities[at]
                best[at] = Hit(entity.list, entity.entry_id, name, score, aligned)
        ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.entry_id))
        return tuple(ranked[:HITS_MAX])

    def _near(self, token: str) -> dict[str, float]:
        """Return the listed tokens like this one, with how alike they are."""
        near = self._near_memory.get(token)
        if near is not None:
            return near
        grams = trigrams(token)
        shared: dict[str, int] = defaultdict(int)
        for gram in grams:
            for other in self._by_trigram.get(gram, ()):
                shared[other] += 1
        # One letter changes three trigrams: half of all that a short token has.
        needed = _SHARED_TRIGRAMS_MIN if len(token) > _SHORT else _SHARED_TRIGRAMS_MIN / 2
        maybe = {
            other
            for other, count in shared.items()
            if 2 * count >= needed * (len(grams) + len(other))
        }
        maybe.update(self._by_ear.get(skeleton(token), ()))
        near = {}
        for other in sorted(maybe):
            likeness = similarity(token, other)
            if likeness > 0:
                near[other] = likeness
        if len(self._near_memory) >= _MEMORY_MAX:
            self._near_memory.clear()
        self._near_memory[token] = near
        return near

    def _candidates(
        self, tokens: tuple[str, ...], near: dict[str, dict[str, float]]
    ) -> Iterable[int]:
        """Return the numbers of the names that share most of the weight.

        A name that shares only the lighter half of the weight cannot reach SCORE_FLOOR, so
        light tokens count for the names that heavier ones have found and find none.
        """
        heavy_first = sorted(tokens, key=lambda token: (-self._weight(token), token))
        total = sum(map(self._weight, tokens))
        gathered: dict[int, float] = {}
        rest = total
        for token in heavy_first:
            opens = rest >= total / 2
            rest -= self._weight(token)
            for other, likeness in near[token].items():
                gain = likeness * self._weights[other]
                for number in self._postings[other]:
                    if number in gathered:
                        gathered[number] += gain
                    elif opens:
                        gathered[number] = gain
        shares = (
            (mass / (total + self._mass[number]), -number) for number, mass in gathered.items()
        )
        chosen = [-number for _, number in nlargest(_CANDIDATES_MAX, shares)]
        joined = self._joined.get("".join(tokens), ())
        return dict.fromkeys([*joined, *chosen])

    def _weight(self, token: str) -> float:
        if token in LIGHT:
            return _LIGHT_WEIGHT
        return self._weights.get(token, self._unknown_weight)

    def _align(
        self,
        asked: tuple[str, ...],
        listed: tuple[str, ...],
        near: dict[str, dict[str, float]],
    ) -> tuple[int, tuple[tuple[str, str], ...]]:
        """Return the score per mille and the pairs of tokens it rests on."""
        pairs = self._pairs(asked, listed, near)
        left, right = set(range(len(asked))), set(range(len(listed)))
        gained = possible = 0.0
        aligned = []
        for _, likeness, i, j in sorted(pairs, key=itemgetter(0, 2, 3)):
            if i in left and j in right:
                left.discard(i)
                right.discard(j)
                weight = self._weight(asked[i]) + self._weight(listed[j])
                gained += likeness * weight
                possible += weight
                aligned.append((asked[i], listed[j]))
        missing = sum(self._weight(asked[i]) for i in sorted(left))
        absent = sum(self._weight(listed[j]) for j in sorted(right))
        told_apart = min(missing, absent) > _LIGHT_WEIGHT * 2
        sure = sum(one not in LIGHT for one, _ in aligned) > 1
        lost = (missing + absent) * (1.0 if told_apart else 0.25 if sure else 0.5)
        score = int(1000 * gained / (possible + lost) + 1e-9) if gained else 0
        if min(_heavy(asked), _heavy(listed)) == 1 < max(_heavy(asked), _heavy(listed)):
            score = min(score, _ONE_WORD_MAX)
        if score < _JOINED and "".join(asked) == "".join(listed):
            return _JOINED, ((" ".join(asked), " ".join(listed)),)
        return score, tuple(aligned)

    def _pairs(
        self,
        asked: tuple[str, ...],
        listed: tuple[str, ...],
        near: dict[str, dict[str, float]],
    ) -> list[_Pair]:
        pairs = []
        for i, token in enumerate(asked):
            alike = near[token]
            for j, other in enumerate(listed):
                likeness = alike.get(other, 0.0) or _initial(token, other)
                if likeness:
                    gain = likeness * (self._weight(token) + self._weight(other))
                    pairs.append((-gain, likeness, i, j))
        return pairs


def _heavy(tokens: tuple[str, ...]) -> int:
    return sum(token not in LIGHT for token in tokens)


def _initial(token: str, other: str) -> float:
    is_initial = 1 in (len(token), len(other)) and token[0] == other[0]
    return _INITIAL if is_initial else 0.0


def similarity(token: str, other: str) -> float:
    """Return how alike two tokens are, 0 (not at all) to 1 (the same).

    Short tokens are alike only when they are the same or sound the same.
    """
    if token == other:
        return 1.0
    shorter = min(len(token), len(other))
    likeness = Levenshtein.normalized_similarity(token, other) if shorter > 3 else 0.0
    if likeness < _SAME_BY_EAR and _sound_alike(token, other):
        likeness = _SAME_BY_EAR
    return likeness if likeness >= _SIMILAR_MIN else 0.0


def _sound_alike(token: str, other: str) -> bool:
    sound = skeleton(token)
    if sound != skeleton(other) or len(sound) < _SOUNDS_MIN:
        return False
    # Script without vowels is told by its consonants alone; vowels that are written also count.
    if not (_has_vowel(token) and _has_vowel(other)):
        return True
    return Levenshtein.normalized_similarity(token, other) >= _SPELT_ALIKE_MIN


def _has_vowel(token: str) -> bool:
    return not _VOWELS.isdisjoint(token)


def build_index(
    entities: Iterable[ListedEntity], kinds: frozenset[EntityKind] = PARTY_KINDS
) -> Index:
    """Return the index of one list.

    kinds: which entries a name is compared with; ships and aircraft are not parties. The
    version is that of the whole list all the same.
    """
    ordered = sorted(entities, key=lambda one: (one.list, one.entry_id))
    return Index(version_of(ordered), [entity for entity in ordered if entity.kind in kinds])


class Screens:
    """The indexes that are ready, by version.

    The book says which versions are adopted; this only spares building them twice. An index
    stays while any draft may still ask for it.
    """

    def __init__(self) -> None:
        self._by_version: dict[str, Index] = {}
        self._best: dict[tuple[tuple[str, ...], str, int], Hit | None] = {}

    def ready(self, index: Index) -> None:
        """Take in an index that was built beside the engine."""
        self._by_version[index.version] = index

    def has(self, version: str) -> bool:
        """Return whether the index of this version is ready."""
        return version in self._by_version

    def best(self, versions: tuple[str, ...], name: str, threshold: int) -> Hit | None:
        """Return the best hit for a name over the lists of these versions.

        A version that is not ready is a bug: adopting a list builds its index first.
        """
        asked = (versions, name, threshold)
        if asked in self._best:
            return self._best[asked]
        hits: list[Hit] = []
        for version in versions:
            hits.extend(self._by_version[version].screen(name, threshold)[:1])
        best = min(hits, key=lambda hit: (-hit.score, hit.list, hit.entry_id), default=None)
        if len(self._best) >= _MEMORY_MAX:
            self._best.clear()
        self._best[asked] = best
        return best
