"""What stands behind the question mark: a route takes the parameters that it declares, no others.

A parameter that is passed over in silence is an answer to another question, and nobody is told.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from usance.api.errors import GIVEN_TWICE


def require_known(request: Request) -> None:
    """Raise RequestValidationError where the query has what its route does not take, or twice."""
    if not request.scope["query_string"]:
        return
    known = list(_names(request.scope["route"].dependant))
    counted = Counter(name for name, _ in request.query_params.multi_items())
    faults = [
        _fault("extra_forbidden", name, request, {"known": ", ".join(known) or "(nothing)"})
        for name in counted
        if name not in known
    ]
    twice = [name for name in known if counted[name] > 1]
    faults += [_fault(GIVEN_TWICE.code, name, request, {}) for name in twice]
    if faults:
        raise RequestValidationError(faults)


def _fault(kind: str, name: str, request: Request, context: dict[str, str]) -> dict[str, Any]:
    given = request.query_params[name]
    return {"type": kind, "loc": ("query", name), "msg": "", "input": given, "ctx": context}


def _names(dependant: Any) -> Iterator[str]:  # noqa: ANN401 - the framework's own
    """Yield the query parameters of a route and of whatever it depends on, as it declares them."""
    for field in dependant.query_params:
        yield field.alias
    for each in dependant.dependencies:
        yield from _names(each)
