"""What a stranger is told: good papers are confirmed, and each kind of forgery is named."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

import usance_verify
from usance.evidence.model import Bundle, Checkpoint, Continuation, OpenFact
from usance.evidence.rules import tree
from usance.evidence.rules.bundle import as_json, leaf_of, prove
from usance.evidence.rules.notes import checkpoint_text, sign, signature_line, vkey
from usance.evidence.rules.tree import Tree
from usance_verify import BadPolicy, Mismatch, verify

ORIGIN = "book.example/demo"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
POLICY = {"origin": ORIGIN, "log_keys": [vkey(ORIGIN, KEY.public_key())]}

FACTS = [
    OpenFact(n, n.to_bytes(16, "big"), f'{{"position":{n},"payer":"Müller & 王"}}'.encode())
    for n in range(1, 301)
]
TILES = tree.append({}, 0, [leaf_of(fact) for fact in FACTS])


def signed(size: int, origin: str = ORIGIN, key: Ed25519PrivateKey = KEY) -> tuple[Checkpoint, str]:
    checkpoint = Checkpoint(origin, size, Tree(TILES).root(size))
    return checkpoint, sign(checkpoint_text(checkpoint), origin, key)


def made(positions: list[int], size: int = 280, newer: int | None = None) -> dict[str, Any]:
    """A bundle of these facts, as a stranger reads it from a file."""
    ours = Tree(TILES)
    bundle = prove((FACTS[n - 1] for n in positions), *signed(size), ours)
    if newer is not None:
        more = Continuation(signed(newer)[1], ours.consistency(size, newer))
        bundle = Bundle(bundle.origin, bundle.note, bundle.facts, more)
    return json.loads(json.dumps(as_json(bundle)))


GOOD = made([3, 17, 256, 280], newer=300)


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 300])
def test_every_fact_of_a_log_is_proved(size: int):
    proved = verify(made(list(range(1, size + 1)), size), POLICY)

    assert proved[0] == f'The checkpoint of "{ORIGIN}" over {size} facts is signed.'
    assert proved[1:] == [f"Fact {n} is in the log, word for word." for n in range(1, size + 1)]


def test_a_newer_checkpoint_that_continues_the_older_is_confirmed():
    assert verify(GOOD, POLICY)[-1] == "The newer checkpoint over 300 facts continues this one."


def test_witnesses_below_the_log_do_no_harm():
    bundle = copy.deepcopy(GOOD)
    text = checkpoint_text(signed(280)[0])
    bundle["checkpoint"] += signature_line(text, "witness.example/bank", OTHER)

    assert verify(bundle, POLICY) == verify(GOOD, POLICY)


def test_a_key_that_the_log_will_use_tomorrow_may_stand_in_the_policy():
    policy = {"origin": ORIGIN, "log_keys": [vkey(ORIGIN, OTHER.public_key()), *POLICY["log_keys"]]}

    assert verify(GOOD, policy) == verify(GOOD, POLICY)


def put(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    """A forgery: the value at this place of the bundle becomes another."""

    def forge(bundle: dict[str, Any]) -> None:
        place: Any = bundle
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return forge


def swap(a: int, b: int, field: str) -> Callable[[dict[str, Any]], None]:
    def forge(bundle: dict[str, Any]) -> None:
        one, two = bundle["facts"][a], bundle["facts"][b]
        one[field], two[field] = two[field], one[field]

    return forge


def swap_facts_but_not_proofs(bundle: dict[str, Any]) -> None:
    """Payload, salt and commitment fit each other, and stand where they never stood."""
    fact = bundle["facts"][0]
    forged = usance_verify.commitment(3, bytes(16), b"{}")
    fact |= {"salt": "A" * 22 + "==", "payload": "{}"}
    fact["commitment"] = usance_verify.base64.b64encode(forged).decode()


HASH = "A" * 43 + "="
FORGERIES = [
    # What was told.
    ("payload", put("facts", 0, "payload", to="{}"), "Fact 3 was altered"),
    ("salt", put("facts", 0, "salt", to="A" * 22 + "=="), "Fact 3 was altered"),
    ("commitment", put("facts", 0, "commitment", to=HASH), "Fact 3 was altered"),
    ("position", put("facts", 0, "position", to=4), "Fact 4 was altered"),
    ("payloads swapped", swap(0, 1, "payload"), "Fact 3 was altered"),
    # Where it stands.
    ("a fact made up", swap_facts_but_not_proofs, "fact 3 does not lead to the checkpoint"),
    ("proof", put("facts", 1, "inclusion", 4, to=HASH), "fact 17 does not lead to the checkpoint"),
    ("no proof", put("facts", 1, "inclusion", to=[]), "fact 17 does not lead to the checkpoint"),
    ("proofs swapped", swap(0, 1, "inclusion"), "fact 3 does not lead to the checkpoint"),
    ("beyond", put("facts", 3, "position", to=281), "lies beyond the 280 facts"),
    # Who says so.
    (
        "text",
        lambda b: b.update(checkpoint=b["checkpoint"].replace("280", "281")),
        "was altered: t",
    ),
    ("another checkpoint", put("checkpoint", to=signed(279)[1]), "fact 3 does not lead"),
    ("key", put("checkpoint", to=signed(280, key=OTHER)[1]), "No key of the policy has signed"),
    ("origin", put("origin", to="book.example/other"), 'The bundle is for the log "book.example/o'),
    (
        "signed for another log",
        put("checkpoint", to=sign("else.example\n280\n" + HASH + "\n", ORIGIN, KEY)),
        'The checkpoint is signed for the log "else.example"',
    ),
    # What came later.
    ("consistency", put("newer", "consistency", 0, to=HASH), "the log was rewritten"),
    ("no consistency", put("newer", "consistency", to=[]), "the log was rewritten"),
    ("newer key", put("newer", "checkpoint", to=signed(300, key=OTHER)[1]), "signed the newer"),
    ("newer is older", put("newer", "checkpoint", to=signed(270)[1]), "covers fewer facts"),
    # How it is written.
    (
        "format",
        put("format", to="usance-bundle-v2"),
        "malformed: its format is not usance-bundle-v1",
    ),
    ("more fields", put("note", to=""), 'malformed: bundle has the unknown field "note"'),
    (
        "fewer fields",
        lambda b: b["facts"][0].pop("salt"),
        "malformed: facts\\[0\\] is not an object",
    ),
    ("no facts", put("facts", to=[]), "malformed: facts is not a list of facts"),
    ("facts backwards", lambda b: b["facts"].reverse(), "malformed: its facts do not stand in asc"),
    ("a fact twice", lambda b: b["facts"].insert(0, b["facts"][0]), "malformed: its facts do not"),
    ("position true", put("facts", 0, "position", to=True), "malformed: facts\\[0\\].position"),
    ("position 3.0", put("facts", 0, "position", to=3.0), "malformed: facts\\[0\\].position"),
    ("position 0", put("facts", 0, "position", to=0), "malformed: facts\\[0\\].position"),
    ("position huge", put("facts", 3, "position", to=2**64), "lies beyond the 280 facts"),
    ("short salt", put("facts", 0, "salt", to="AAAA"), "malformed: facts\\[0\\].salt"),
    ("long salt", put("facts", 0, "salt", to="A" * 44), "malformed: facts\\[0\\].salt"),
    ("loose bits", put("facts", 0, "salt", to="A" * 21 + "B=="), "malformed: facts\\[0\\].salt"),
    ("half a letter", put("facts", 0, "payload", to="\ud800"), "malformed: facts\\[0\\].payload"),
    ("half a key", put("checkpoint", to="\udfff"), "malformed: checkpoint is not a text"),
    (
        "proof of texts",
        put("facts", 0, "inclusion", 0, to=None),
        "malformed: facts\\[0\\].inclusion",
    ),
    (
        "proof no list",
        put("facts", 0, "inclusion", to={}),
        "malformed: facts\\[0\\].inclusion is no",
    ),
    ("newer is null", put("newer", to=None), "malformed: newer is not an object"),
]


@pytest.mark.parametrize(("_case", "forge", "why"), FORGERIES, ids=[case[0] for case in FORGERIES])
def test_a_forged_bundle_is_refused_and_told_why(_case: str, forge: Any, why: str):
    bundle = copy.deepcopy(GOOD)
    forge(bundle)

    with pytest.raises(Mismatch, match=why) as refusal:
        verify(bundle, POLICY)

    sentence = str(refusal.value)
    assert sentence.isascii()
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("bundle", [None, [], 1, "", True, {}, {"facts": 1}])
def test_what_is_no_bundle_is_malformed(bundle: object):
    with pytest.raises(Mismatch, match="malformed"):
        verify(bundle, POLICY)


@pytest.mark.parametrize(
    "policy",
    [
        None,
        {},
        {"origin": ORIGIN},
        {"origin": ORIGIN, "log_keys": []},
        {"origin": 1, "log_keys": POLICY["log_keys"]},
        {"origin": ORIGIN, "log_keys": POLICY["log_keys"][0]},
        {"origin": ORIGIN, "log_keys": [None]},
        {**POLICY, "witnesses": []},
    ],
)
def test_a_policy_that_is_not_understood_checks_nothing(policy: object):
    with pytest.raises(BadPolicy):
        verify(GOOD, policy)


# Whatever is done to a good bundle, what is accepted was in the log.

TRUE = {(fact.position, fact.payload.decode()) for fact in FACTS}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)


def places(thing: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, inner nodes and leaves."""
    inner: list[tuple[Any, ...]] = []
    if isinstance(thing, dict):
        inner = [place for key in thing for place in places(thing[key], (*path, key))]
    if isinstance(thing, list):
        inner = [place for i in range(len(thing)) for place in places(thing[i], (*path, i))]
    return [path, *inner] if path else inner


@st.composite
def tampered(draw: st.DrawFn) -> object:
    """The good bundle after a few blows: a value replaced, moved from elsewhere, or bent."""
    bundle = copy.deepcopy(GOOD)
    for _ in range(draw(st.integers(1, 3))):
        found = places(bundle)
        *path, last = draw(st.sampled_from(found))
        place: Any = bundle
        for step in path:
            place = place[step]
        other: Any = bundle
        for step in draw(st.sampled_from(found)):
            other = other[step]
        choices = [ANYTHING, st.just(copy.deepcopy(other))]
        if isinstance(place[last], str) and place[last]:
            choices.append(bent(place[last]))
        if isinstance(place[last], int):
            choices.append(st.integers(-2, 302))
        place[last] = draw(st.one_of(choices))
    return bundle


def bent(text: str) -> st.SearchStrategy[str]:
    """The text with one letter turned into another, left out, or followed by one more."""
    return st.builds(
        lambda at, letter, cut: text[:at] + letter + text[at + cut :],
        st.integers(0, len(text) - 1),
        st.one_of(st.characters(), st.sampled_from("A/+= \n0—"), st.just("")),
        st.integers(0, 1),
    )


def only_what_was_told(claim: object, policy: object) -> None:
    """Accepts nothing that the log did not hold; raises nothing but Mismatch."""
    try:
        proved = verify(claim, policy)
    except Mismatch:
        return
    told = {(fact["position"], fact["payload"]) for fact in claim["facts"]}  # type: ignore[index]
    assert told <= TRUE
    assert len([line for line in proved if line.startswith("Fact ")]) == len(told) > 0


@given(tampered())
@settings(max_examples=300, deadline=None)
def test_no_tampering_gets_a_lie_through(bundle: object):
    only_what_was_told(bundle, POLICY)


RAW = json.dumps(GOOD, ensure_ascii=False).encode()


@given(
    st.integers(0, len(RAW) - 1), st.binary(max_size=3), st.integers(0, 3), st.integers(0, len(RAW))
)
@settings(max_examples=300, deadline=None)
def test_no_damage_to_the_file_gets_a_lie_through(at: int, new: bytes, cut: int, end: int):
    for damaged in (RAW[:at] + new + RAW[at + cut :], RAW[:at] + new + RAW[end:]):
        try:
            claim = usance_verify.parse_json(damaged)
        except ValueError:
            continue
        only_what_was_told(claim, POLICY)


# The command.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bundle.json").write_bytes(RAW)
    (tmp_path / "policy.json").write_text(json.dumps(POLICY))
    return tmp_path


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", usance_verify.__file__, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_runs_alone_and_confirms(folder: Path):
    done = run(folder / "bundle.json", "--policy", folder / "policy.json")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == verify(GOOD, POLICY)


def test_the_command_takes_a_key_for_a_policy(folder: Path):
    assert run(folder / "bundle.json", "--key", POLICY["log_keys"][0]).returncode == 0


def test_the_command_refuses_in_one_sentence(folder: Path):
    (folder / "bundle.json").write_bytes(RAW.replace("Müller".encode(), b"Miller", 1))

    done = run(folder / "bundle.json", "--policy", folder / "policy.json")

    told = "Fact 3 was altered: position, salt and payload do not give its commitment."
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Refused. {told}\n"


@pytest.mark.parametrize(
    ("_case", "raw"),
    [
        ("empty", b""),
        ("no JSON", b"facts"),
        ("no UTF-8", RAW.replace("ü".encode(), b"\xfc")),
        ("a field twice", RAW.replace(b'"facts"', b'"origin": "x", "facts"')),
        ("too deep", b"[" * 200_000),
        ("a number too long", b"9" * 10_000),
        ("null", b"null"),
    ],
)
def test_a_file_that_is_no_bundle_is_refused(_case: str, raw: bytes, folder: Path, capsys: Any):
    (folder / "bundle.json").write_bytes(raw)

    code = usance_verify.main([f"{folder}/bundle.json", f"--policy={folder}/policy.json"])

    assert code == 1
    assert capsys.readouterr().err.startswith("Refused. The bundle is malformed: ")


@pytest.mark.parametrize(
    ("_case", "arguments"),
    [
        ("no bundle of this name", ["{}/none.json", "--policy={}/policy.json"]),
        ("no policy of this name", ["{}/bundle.json", "--policy={}/none.json"]),
        ("a folder", ["{}", "--policy={}/policy.json"]),
        ("a policy that is no policy", ["{}/bundle.json", "--policy={}/bundle.json"]),
        ("a policy that is no JSON", ["{}/bundle.json", f"--policy={usance_verify.__file__}"]),
        ("a key that is no key", ["{}/bundle.json", "--key=demo"]),
    ],
)
def test_wrong_usage_is_told_apart(_case: str, arguments: list[str], folder: Path, capsys: Any):
    code = usance_verify.main([part.replace("{}", str(folder)) for part in arguments])

    assert code == 2
    assert capsys.readouterr().err.startswith("Nothing was checked. ")


@pytest.mark.parametrize("arguments", [[], ["x"], ["x", "--key=y", "--policy=z"]])
def test_without_trust_there_is_no_checking(arguments: list[str]):
    with pytest.raises(SystemExit) as stop:
        usance_verify.main(arguments)

    assert stop.value.code == 2
