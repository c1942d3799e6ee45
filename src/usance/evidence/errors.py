"""How evidence says no.

Unavailable
└── NotInLogYet     the fact exists and no checkpoint covers it yet. Try again in a moment.

LogBroken           what is stored contradicts what was signed. Nothing more is signed: stop
                    the log, keep everything, find out who wrote to the database.
KeyUnusable         the log's private key cannot be read, or others can read it too.
"""

from usance.kernel.errors import Unavailable, UsanceError


class NotInLogYet(Unavailable):
    """The fact exists and no checkpoint covers it yet. Try again in a moment."""

    def __init__(self, position: int, size: int) -> None:
        super().__init__(f"Fact {position} is not in the log yet, which covers {size} facts.")


class LogBroken(Exception):
    """What is stored contradicts what was signed. Stop signing; this is for people."""


class KeyUnusable(UsanceError):
    """The file of the log's private key is not fit for use. The message names it and the remedy."""
