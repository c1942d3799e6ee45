"""How a verb is named in one line."""

from typing import Any

from usance.runtime.commands import FourEyes, Stage, Verb


def verb(
    body: type[Any],
    apply: Any,  # noqa: ANN401 - any stage
    scope: str = "",
    prepare: Any = None,  # noqa: ANN401 - any stage
    four_eyes: FourEyes | None = None,
) -> Verb:
    return Verb(body, (Stage(apply, prepare),), scope, four_eyes)


def by_two(body: type[Any], stage: Stage, scope: str) -> Verb:
    """Return a verb that one person asks for and another one approves."""
    return Verb(body, (stage,), scope, four_eyes=FourEyes())
