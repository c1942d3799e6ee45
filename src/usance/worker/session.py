"""A book, opened: its database, its engine or the socket of it, its worker and its log.

Whoever comes first becomes the engine and listens on the book's socket; whoever comes later
uses that socket. The same session serves the command line, the API and the tests.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any, Final

import asyncpg

from usance.bootstrap import money_path, plugged, subscriptions
from usance.evidence.service import Log, extend, open_log
from usance.kernel.dates import Calendar
from usance.kernel.errors import Invalid, NotFound, Unavailable
from usance.kernel.ids import derive, fresh
from usance.kernel.records import Record
from usance.parties.model import HOUSE
from usance.payments.ports import Rail, RateSource
from usance.risk.rules.screening import Screens
from usance.risk.service import ready_screens
from usance.runtime.clock import FrozenClock, WallClock, wall_now
from usance.runtime.commands import Command, Path
from usance.runtime.database import create_tables, open_book
from usance.runtime.engine import BookTaken, Engine
from usance.runtime.facts import Outcome
from usance.runtime.postgres import ServerAddress, create_database, drop_database, home_folder
from usance.runtime.wire import Book, RemoteBook, serve_engine
from usance.worker.loop import Worker
