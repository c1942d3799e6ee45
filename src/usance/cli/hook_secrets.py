"""`usance hooks secret`: with what a rail signs what it posts to us."""

import json
import re
import sys
from typing import Final

from usance.cli.refusing import saying
from usance.kernel.errors import Code
from usance.worker.secrets import Secrets, new_secret
from usance.worker.session import Place

MALFORMED_SECRET: Final = Code(
    "malformed_secret",
    422,
    "{field}: that is no secret of a rail.",
    "{field}:无效的通道密钥。",
    "Give 16 to 200 printable characters without blanks, and a rail in small letters.",
    "请提供 16 至 200 个无空格的可见字符,通道名使用小写字母。",
)
_RAIL: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SECRET: Final = re.compile(r"[\x21-\x7e]{16,200}")


def give(place: Place, rail: str, *, from_stdin: bool, as_json: bool = False) -> None:
    """Keep a secret that a rail signs with, and print it where it is a new one."""
    with saying():
        if not _RAIL.fullmatch(rail):
            raise MALFORMED_SECRET.invalid("RAIL")
        secret = sys.stdin.readline().strip() if from_stdin else new_secret()
        if not _SECRET.fullmatch(secret):
            raise MALFORMED_SECRET.invalid("--from-stdin")
        Secrets(place.folder).add_for_rail(rail, secret)
    if as_json:
        told = {"rail": rail, "secret": None if from_stdin else secret}
        sys.stdout.write(json.dumps(told) + "\n")
    elif not from_stdin:
        sys.stdout.write(f"{secret}\n")
