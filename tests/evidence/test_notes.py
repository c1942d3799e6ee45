"""Signed notes: ours are read by the verifier, and the verifier reads those of others."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from usance.evidence.model import Checkpoint
from usance.evidence.rules.notes import checkpoint_text, sign, signature_line, vkey
from usance_verify import BadPolicy, Mismatch, open_note, parse_checkpoint, parse_vkey

# The example in the documentation of Go's golang.org/x/mod/sumdb/note.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
CHECKPOINT = Checkpoint("book.example/log", 20_852_163, bytes(range(32)))
TEXT = checkpoint_text(CHECKPOINT)
OURS = parse_vkey(vkey("book.example/log", KEY.public_key()))


def test_a_note_of_another_implementation_opens():
    assert open_note(GO_NOTE, [parse_vkey(GO_VKEY)]).endswith("what your problem is.\n")


def test_a_checkpoint_reads_back_as_it_was_signed():
    note = sign(TEXT, "book.example/log", KEY)

    assert note.split("\n")[:4] == [
        "book.example/log", "20852163", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "",
    ]  # fmt: skip
    assert parse_checkpoint(open_note(note, [OURS])) == CHECKPOINT


def test_a_signature_below_ours_by_a_key_we_do_not_know_is_passed_by():
    note = sign(TEXT, "book.example/log", KEY) + signature_line(TEXT, "witness.example", OTHER)

    assert open_note(note, [OURS]) == TEXT


def test_lines_after_the_root_are_passed_by():
    note = sign(TEXT + "more to say\n", "book.example/log", KEY)

    assert parse_checkpoint(open_note(note, [OURS])) == CHECKPOINT


def test_one_false_signature_of_a_trusted_key_spoils_the_note():
    false = signature_line("another text\n", "book.example/log", KEY)

    with pytest.raises(Mismatch, match="was altered: the signature of"):
        open_note(sign(TEXT, "book.example/log", KEY) + false, [OURS])


def test_a_key_of_the_same_name_is_another_key():
    with pytest.raises(Mismatch, match="No key of the policy has signed"):
        open_note(sign(TEXT, "book.example/log", OTHER), [OURS])


SIGNED = sign(TEXT, "book.example/log", KEY)


@pytest.mark.parametrize(
    ("_case", "note"),
    [
        ("empty", ""),
        ("no signature", TEXT),
        ("blank line, no signature", TEXT + "\n"),
        ("no last newline", SIGNED.removesuffix("\n")),
        ("a carriage return", SIGNED.replace("\n", "\r\n")),
        ("a tab", SIGNED.replace(" ", "\t")),
        ("a hyphen for the dash", SIGNED.replace("—", "-")),
        ("no key name", SIGNED.replace("— book.example/log", "— ")),
        ("a plus in the key name", SIGNED.replace("— book", "— book+")),
        ("a signature that is not base64", SIGNED.replace("— book.example/log ", "— book !")),
        ("a signature of four bytes", TEXT + "\n— book.example/log AAAAAA==\n"),
        ("too many signatures", SIGNED + 64 * signature_line(TEXT, "witness.example", OTHER)),
    ],
)
def test_what_is_no_signed_note_is_malformed(_case: str, note: str):
    with pytest.raises(Mismatch, match="is malformed: the checkpoint"):
        open_note(note, [OURS])


@pytest.mark.parametrize(
    ("_case", "text"),
    [
        ("two lines", "log\n1\n"),
        ("leading zero", TEXT.replace("20852163", "020852163")),
        ("sign", TEXT.replace("20852163", "+20852163")),
        ("digits of another script", TEXT.replace("20852163", "٢٠")),
        ("more than the tree can hold", TEXT.replace("20852163", "9" * 19)),
        ("short root", "log\n1\nAAAA\n"),
        ("root with loose bits", TEXT.replace("Hh8=", "Hh9=")),
        ("empty origin", TEXT.replace("book.example/log", "")),
        ("empty extension", TEXT + "\nx\n"),
    ],
)
def test_what_is_no_checkpoint_is_malformed(_case: str, text: str):
    with pytest.raises(Mismatch, match="does not read origin, size and root hash"):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    ("_case", "text", "why"),
    [
        ("empty", "", "not an Ed25519 key"),
        ("no parts", "PeterNeumann", "not an Ed25519 key"),
        ("another type", GO_VKEY.replace("+ARpc", "+Ahpc"), "not an Ed25519 key"),
        ("cut short", GO_VKEY[:-4], "not an Ed25519 key"),
        ("space in the name", GO_VKEY.replace("rN", "r N"), "not an Ed25519 key"),
        ("another name", GO_VKEY.replace("Peter", "Paul"), "does not fit its name"),
        ("another hash", GO_VKEY.replace("c74f", "c74e"), "does not fit its name"),
        ("another key", GO_VKEY.replace("ARpc2", "ARpc3"), "does not fit its name"),
    ],
)
def test_a_key_that_is_misspelt_is_no_policy(_case: str, text: str, why: str):
    with pytest.raises(BadPolicy, match=why):
        parse_vkey(text)
