"""Whatever problem an answer holds: what it repeats is what was sent, where it points to.

A second and simpler reading than the house's own. `house.ask` has every answer of every test of
the API read by it.
"""

import json
import re
from urllib.parse import parse_qsl

import httpx
from tests.described import DESCRIBED

NOT_SHOWN = "(not shown)"
# Nobody is helped by reading such a value again.
UNREPEATED = {"card_number_not_taken", "unknown_field", "unreadable_text"}
# The field is no place at all but says what was looked for, or a header.
_NOWHERE = object()
SECRETS = {"iban", "number", "card_token"}
# A password in an address, and what could be the number of a card.
SECRET = re.compile(".*://.*@.*|[0-9 -]{13,23}")


def points_to_what_was_sent(answer: httpx.Response) -> None:
    """Fail where a problem of an answer repeats what does not stand at its pointer."""
    if "json" not in answer.headers.get("content-type", ""):
        return
    for problem in _problems(answer.json()):
        for fault in problem["errors"]:
            _judge(answer.request, problem, fault)


def _problems(body):
    """All problems in an answer: itself, or those of its items."""
    if isinstance(body, dict):
        if "errors" in body and "request_id" in body:
            yield body
        for item in body.get("results") or []:
            if isinstance(item, dict) and item.get("problem"):
                yield item["problem"]


def _judge(request: httpx.Request, problem, fault) -> None:
    pointer, value = fault["pointer"], fault["value"]
    if fault["code"] in UNREPEATED:
        assert value == "", fault
        return
    if not pointer:
        # About a header, the body as a whole, the method or the address: never about a field.
        places = {"Idempotency-Key", "Content-Type", "Authorization", "body", "method"}
        nowhere = fault["code"] in NOWHERE
        assert fault["field"] in places or problem["code"] == "not_found" or nowhere, fault
        return
    stands = standing_at(request, pointer)
    # What is missing is pointed to where it should be.
    expected = "" if stands is _NOWHERE else in_words(stands)
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in expected[:80])
    assert value in {shown, NOT_SHOWN}, (fault, stands)
    if value == NOT_SHOWN:
        assert pointer.rpartition("/")[2] in SECRETS or SECRET.fullmatch(expected)


# Refusals that are about the book, or a place in a file, though they name what of it.
NOWHERE = {
    "evidence_empty",
    "insufficient_balance",
    "malformed_advice",
    "missing_column",
    "no_rail",
    "seller_has_no_account",
    "statement_reused",
    "unknown_instruction",
    "same_person",
    "same_person_on_case",
    "transfer_refused",
}


def standing_at(request: httpx.Request, pointer: str):
    """What the request holds at a pointer: in its body, its query, or its path (by any name)."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]
    try:
        place = json.loads(request.content, parse_int=str, parse_float=str)
        for part in parts:
            place = place[int(part)] if isinstance(place, list) else place[part]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        pass
    else:
        return place
    query = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
    if parts[0] in query:
        return query[parts[0]]
    for template in DESCRIBED["paths"]:
        named = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template), request.url.path)
        if named and parts[0] in named.groupdict():
            return named[parts[0]]
    return _NOWHERE


def in_words(value) -> str:
    if isinstance(value, dict):
        money = value.keys() == {"amount", "currency"} and all(map(_is_text, value.values()))
        return f"{value['amount']} {value['currency']}" if money else "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return value


def _is_text(value) -> bool:
    return isinstance(value, str)
