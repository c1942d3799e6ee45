"""Where a database server is, and the databases (books) on it."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from usance.kernel.errors import Unavailable


class ServerUnavailable(Unavailable):
    """The database server cannot be reached or started. The message says what to change."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is. `url` names the maintenance database, from which others are created."""

    url: str

    def dsn(self, database: str) -> str:
        """Address of one database, for asyncpg, libpq and (with its own scheme) SQLAlchemy."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{quote(database)}"))

    @property
    def shown(self) -> str:
        """The address for people and logs, without the password."""
        parts = urlsplit(self.url)
        if parts.password is None:
            return self.url
        open_part = parts.netloc.replace(f":{parts.password}@", ":***@")
        return urlunsplit(parts._replace(netloc=open_part))


def parse_address(url: str) -> ServerAddress:
    """Read USANCE_DATABASE_URL; a SQLAlchemy driver name in its scheme is dropped."""
    parts = urlsplit(url)
    if parts.scheme.split("+")[0] not in {"postgresql", "postgres"}:
        raise ServerUnavailable(
            f"USANCE_DATABASE_URL begins with {parts.scheme or 'no scheme'!r}. "
            "Give an address such as postgresql://user:password@host:5432/postgres."
        )
    path = parts.path if parts.path.strip("/") else "/postgres"
    return ServerAddress(urlunsplit(parts._replace(scheme="postgresql", path=path)))


async def create_database(address: ServerAddress, name: str) -> None:
    """Create a database that sorts by code point in UTF-8 everywhere; harmless when it exists."""
    await _administer(
        address,
        f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 ENCODING 'UTF8' "
        "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'",
    )


async def drop_database(address: ServerAddress, name: str) -> None:
    """Drop a database and end its sessions; harmless when there is none."""
    await _administer(address, f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")


def unreachable(address: ServerAddress, error: Exception) -> ServerUnavailable:
    """Return the exception that says why a server does not let us in."""
    return ServerUnavailable(
        f"The database server {address.shown} does not let us in: {error}. "
        "Start it or mend USANCE_DATABASE_URL."
    )


async def _administer(address: ServerAddress, statement: str) -> None:
    try:
        connection = await asyncpg.connect(address.url, timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unreachable(address, error) from error
    try:
        await connection.execute(statement)
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        pass  # It exists; the second of the two when two processes created it in one moment.
    except asyncpg.InsufficientPrivilegeError as error:
        message = f"{address.shown}: {error}. Grant the user CREATEDB and CREATEROLE."
        raise ServerUnavailable(message) from error
    finally:
        await connection.close()


def _quoted(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise ValueError(
            f"database name {name!r}: use lower-case letters, digits and underscores, at most 63"
        )
    return f'"{name}"'
