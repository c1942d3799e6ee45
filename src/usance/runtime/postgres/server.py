"""Start and stop the embedded PostgreSQL (the package's docstring says what it is)."""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from usance.runtime.postgres.address import ServerAddress, ServerUnavailable, parse_address
from usance.runtime.postgres.wheel import copied_binaries, wheel_binaries

USER: Final = "usance"
PORT: Final = 5432  # Part of the socket's name; no network port is opened.
SOCKET_PATH_BYTES_MAX: Final = 107  # What the kernel's address of a Unix socket holds.
GIB: Final = 2**30
START_SECONDS_MAX: Final = 300  # Crash recovery replays at most max_wal_size of log.
RETRY_SECONDS_MAX: Final = 15  # After kill -9, orphans of the old server die within seconds.

CONFIGURATION: Final = """\
# Written by Usance at every start; changes made here are lost. Use a server of your own and
# USANCE_DATABASE_URL for another configuration, for replication and for archiving.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = {shared_buffers_mb}MB
max_wal_size = {max_wal_mb}MB
checkpoint_timeout = 15min
wal_level = minimal
max_wal_senders = 0
fsync = on
synchronous_commit = on
full_page_writes = on
autovacuum = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
"""


class Server:
    """An embedded PostgreSQL that keeps its data, log and socket under `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.area = self.home / "postgres"
        self.data = self.area / "18"
        self.log = self.area / "log"
        self._owner = _operating_user()

    @property
    def address(self) -> ServerAddress:
        return ServerAddress(
            f"postgresql://{USER}@/postgres?host={quote(str(self.socket_folder))}&port={PORT}"
        )

    def dsn(self, database: str) -> str:
        return self.address.dsn(database)

    @cached_property
    def binaries(self) -> Path:
        """Folder of initdb, pg_ctl, psql, pgbench: the wheel's, or a copy its user can reach."""
        original = wheel_binaries()
        return original if self._can_reach(original / "postgres") else copied_binaries(self.home)

    @cached_property
    def socket_folder(self) -> Path:
        """In the server's own folder; where that path is too long, a short private one."""
        folder = self.area / "run"
        if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_BYTES_MAX:
            return folder
        digest = hashlib.sha256(os.fsencode(self.area)).hexdigest()[:12]
        # Not from TMPDIR: every process must come to the same folder. _own checks whose it is.
        return Path("/tmp") / f"usance-{self._owner.pw_uid}-{digest}"  # noqa: S108

    @property
    def process_id(self) -> int | None:
        """Process id of the running server's parent process, or None."""
        try:
            first_line = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
        except FileNotFoundError:
            return None
        return int(first_line)

    def start(self) -> None:
        """Return once the server accepts connections; create its data folder the first time."""
        if self.ready():
            return
        with self._lock():
            if self.ready():
                return
            self._own(self.area)
            self._own(self.socket_folder)
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            (self.data / "postgresql.conf").write_text(self._configuration())
            self._launch()

    def stop(self) -> None:
        """End the server after its running transactions were rolled back; harmless when stopped."""
        if not self.data.exists():
            return
        with self._lock():
            stopped = self._run("pg_ctl", "stop", "-s", "-w", "-m", "fast", "-D", self.data)
            if stopped.returncode != 0 and self.ready():
                raise ServerUnavailable(f"PostgreSQL does not stop: {stopped.stderr.strip()}")

    def ready(self) -> bool:
        """Ask the socket, for after kill -9 the pid file still claims a server that is gone."""
        if not (self.socket_folder / f".s.PGSQL.{PORT}").exists():
            return False
        asked = self._run(
            "pg_isready",
            "-q",
            "-t",
            "3",
            "-h",
            self.socket_folder,
            "-p",
            str(PORT),
            "-U",
            USER,
            "-d",
            "postgres",
        )
        return asked.returncode == 0

    def _initialise(self) -> None:
        fresh = self.data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)  # Left by a start that was interrupted.
        made = self._run(
            "initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-D", fresh
        )
        if made.returncode != 0:
            message = f"PostgreSQL could not create its data folder {fresh}: {made.stderr.strip()}"
            raise ServerUnavailable(message)
        fresh.rename(self.data)

    def _launch(self) -> None:
        give_up_at = time.monotonic() + RETRY_SECONDS_MAX
        arguments = ("-s", "-w", "-t", str(START_SECONDS_MAX), "-D", self.data, "-l", self.log)
        while self._run("pg_ctl", "start", *arguments).returncode != 0 and not self.ready():
            if time.monotonic() > give_up_at:
                said = self.log.read_text(errors="replace")[-800:] if self.log.exists() else ""
                raise ServerUnavailable(f"PostgreSQL does not start; {self.log} ends with:\n{said}")
            time.sleep(0.25)

    def _configuration(self) -> str:
        free = shutil.disk_usage(self.area).free
        return CONFIGURATION.format(
            port=PORT,
            socket_folder=str(self.socket_folder).replace("'", "''"),
            shared_buffers_mb=max(min(_memory() // 4, 4 * GIB) >> 20, 32),
            max_wal_mb=max(min(free // 8, 4 * GIB) >> 20, 256),
        )

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            identity = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        try:
            return subprocess.run(
                [self.binaries / program, *arguments],
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},  # No PGHOST or PGOPTIONS of the caller.
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                **identity,
            )
        except PermissionError as error:
            message = (
                f"{program} cannot be run as the user {self._owner.pw_name} ({error}). "
                "Run Usance as an ordinary user, or set USANCE_DATABASE_URL."
            )
            raise ServerUnavailable(message) from error

    def _own(self, folder: Path) -> None:
        """Make the folder, private to the server's user; refuse one that somebody else laid."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0 and folder.lstat().st_uid == 0:
            os.chown(folder, self._owner.pw_uid, self._owner.pw_gid, follow_symlinks=False)
        found = folder.lstat()
        private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        if not private or found.st_uid != self._owner.pw_uid:
            raise ServerUnavailable(
                f"{folder} must be a folder that only {self._owner.pw_name} may open. "
                "Remove it, or set USANCE_HOME to another folder."
            )

    def _can_reach(self, path: Path) -> bool:
        """May the server's user enter this folder, or run this program?"""
        if os.geteuid() != 0:
            return os.access(path, os.X_OK)
        uid, gid = self._owner.pw_uid, self._owner.pw_gid
        for step in map(Path.stat, (path, *path.parents)):
            by_group = stat.S_IXGRP if step.st_gid == gid else stat.S_IXOTH
            if not step.st_mode & (stat.S_IXUSR if step.st_uid == uid else by_group):
                return False
        return True

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One starter at a time, across processes; the kernel frees it when a starter dies."""
        if not self.home.exists():
            self.home.mkdir(parents=True)
            self.home.chmod(0o755)  # Whatever the umask: the server's user passes through it.
        if not self._can_reach(self.home):
            raise ServerUnavailable(
                f"The user {self._owner.pw_name}, who runs the database for root, cannot enter "
                f"{self.home}. Set USANCE_HOME to a folder that others may enter (chmod o+x)."
            )
        with (self.home / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _operating_user() -> pwd.struct_passwd:
    """Whom the server runs as: us, or nobody where we are root, whom PostgreSQL refuses."""
    user_id = os.geteuid()
    try:
        return pwd.getpwnam("nobody") if user_id == 0 else pwd.getpwuid(user_id)
    except KeyError as error:
        who = "user `nobody`" if user_id == 0 else f"user with id {user_id}"
        message = (
            f"This machine knows no {who}, and PostgreSQL runs for named users only. "
            "Add one to /etc/passwd, or set USANCE_DATABASE_URL to a server of your own."
        )
        raise ServerUnavailable(message) from error


def _memory() -> int:
    """Bytes of memory that we may use: the machine's, or fewer where a container is limited."""
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (OSError, ValueError):  # No control groups, or the limit is the word "max".
        return installed
    return min(installed, limit)


def home_folder(environ: Mapping[str, str]) -> Path:
    """Where Usance keeps what must last: USANCE_HOME, /var/lib/usance, or the XDG data folder."""
    if named := environ.get("USANCE_HOME"):
        return Path(named).expanduser()
    if os.geteuid() == 0:
        return Path("/var/lib/usance")
    data = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "usance"


def ensure_server(environ: Mapping[str, str]) -> ServerAddress:
    """Return the server to work on, and start the embedded one when no other is named.

    Blocks for two or three seconds the first time; call it before the event loop starts.
    """
    if url := environ.get("USANCE_DATABASE_URL"):
        return parse_address(url)
    server = Server(home_folder(environ))
    server.start()
    return server.address
