"""Records: the immutable shapes in which the house keeps and sends its data.

A record is made once and never changed; a changed record is a new one (`replace`). Records
travel as canonical JSON: sorted keys, no spaces, so that equal records have equal bytes and a
digest of the bytes is a digest of the record.
"""

from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Base of commands, facts and rows: frozen, compared by value, unknown fields refused.

    gc: what is made once and holds only what was there before it cannot hold itself, so the
    collector of cycles need not walk through millions of rows.
    """


class Whole(int):
    """A whole number of any size, in a record that becomes a row: an `int` has 64 bits there."""

    __slots__ = ()


replace = msgspec.structs.replace


def _decode_ours(kind: type, raw: Any) -> Any:  # noqa: ANN401 - the hook's own signature
    # Ids are UUIDs and currencies are strings with a type of their own; each knows how to
    # check what it is made of.
    return kind(raw)


def _decode_kept(kind: type, raw: Any) -> Any:  # noqa: ANN401 - the hook's own signature
    # What was written down once stays readable, though it could not be written today.
    return getattr(kind, "of_the_past", kind)(raw)


def _encode_ours(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not travel")


_encoder = msgspec.json.Encoder(order="deterministic", enc_hook=_encode_ours)
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
_kept_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def encode(value: object) -> bytes:
    """Return the canonical JSON of `value` as UTF-8 bytes."""
    return _encoder.encode(value)


def decode(raw: bytes | str, kind: type[T]) -> T:
    """Return the `kind` that `raw` spells.

    Raises msgspec.ValidationError, whose message names the path and what was expected there;
    Invalid where an id or a currency has the right form and is none.
    """
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind, dec_hook=_decode_ours)
    return decoder.decode(raw)  # type: ignore[no-any-return]


def decode_kept(raw: bytes | str, kind: type[T]) -> T:
    """Return the `kind` that `raw` spells, where we have written it ourselves. See `decode`."""
    decoder = _kept_decoders.get(kind)
    if decoder is None:
        decoder = _kept_decoders[kind] = msgspec.json.Decoder(kind, dec_hook=_decode_kept)
    return decoder.decode(raw)  # type: ignore[no-any-return]


def convert(value: object, kind: type[T], *, lax: bool = False) -> T:
    """Return `value`, made of plain dicts, lists and scalars, as a `kind`.

    Raises msgspec.ValidationError, whose message names the path and what was expected there.
    """
    return msgspec.convert(
        value,
        kind,
        strict=not lax,
        dec_hook=_decode_ours,
        builtin_types=(datetime, date),
    )
