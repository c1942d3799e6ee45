"""Secrets of a book that must not lie in its database: they are in its folder, for their owner.

`webhooks.key`: of it every endpoint's signing secret is made, so that none is kept anywhere.
`hook_secrets/<rail>`: what rails sign their hooks with, one a line, the newest first.
API processes and workers of one book share the folder.
"""

import base64
import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import Final

from usance.kernel.ids import WebhookEndpointId

PREFIX: Final = "whsec_"
_MASTER: Final = "webhooks.key"
_RAILS: Final = "hook_secrets"
_KEY_BYTES: Final = 32
_RAIL: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FOR_OWNER: Final = 0o600


class Secrets:
    """The secrets that lie in a book's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._master: bytes | None = None

    def of_endpoint(self, endpoint_id: WebhookEndpointId, version: int) -> str:
        """Return a version of the secret that signs what an endpoint is told."""
        if self._master is None:
            self._master = _kept(self._folder / _MASTER)
        said = f"{endpoint_id.hex}:{version}".encode()
        return written(hmac.new(self._master, said, hashlib.sha256).digest())

    def of_rail(self, rail: str) -> tuple[str, ...]:
        """Return the secrets with which a rail may sign, the newest first; none were given: ()."""
        path = self._of(rail)
        if not path.exists():
            return ()
        return tuple(line.strip() for line in path.read_text().splitlines() if line.strip())

    def add_for_rail(self, rail: str, secret: str) -> None:
        """Have hooks of a rail accepted that are signed with this secret; older ones still are."""
        path = self._of(rail)
        lines = [secret, *(each for each in self.of_rail(rail) if each != secret)]
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, "".join(f"{line}\n" for line in lines).encode())

    def forget(self) -> None:
        """Throw away what was made here: a new history has new secrets."""
        self._master = None
        (self._folder / _MASTER).unlink(missing_ok=True)
        for path in (self._folder / _RAILS).glob("*"):
            path.unlink()

    def _of(self, rail: str) -> Path:
        assert _RAIL.fullmatch(rail), rail
        return self._folder / _RAILS / rail


def written(key: bytes) -> str:
    """Return a key as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(key).decode()


def new_secret() -> str:
    """Return a new random secret."""
    return written(os.urandom(_KEY_BYTES))


def _kept(path: Path) -> bytes:
    """Return the key in a file; it is made where there is none, and the first writer wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}")
        _write(unfinished, base64.b64encode(os.urandom(_KEY_BYTES)))
        try:
            os.link(unfinished, path)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    return base64.b64decode(path.read_bytes())


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner alone."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FOR_OWNER), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
