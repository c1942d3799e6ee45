"""The worker of whoever serves a book from the command line."""

import os
from typing import Final

from usance.api.event_objects import show_object
from usance.worker.loop import Worker
from usance.worker.session import Session

# Said by whoever runs a test book with a receiver on the same machine; a live book ignores it.
LOCALHOST: Final = "USANCE_WEBHOOKS_LOCALHOST"


def worker_of(session: Session) -> Worker:
    """Return a worker that also tells webhook endpoints what happens."""
    return session.worker(show=show_object, localhost=os.environ.get(LOCALHOST) == "allow")
