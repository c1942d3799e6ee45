"""`usance payments import` and `usance reconcile`: messages come in, and what became of each."""

import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from usance.adapters.messages.csv_mapping import StatementMapping, load_mapping
from usance.adapters.messages.errors import MESSAGE_TOO_LARGE, UNPACKED_BADLY
from usance.adapters.messages.reading import MEMORY_MAX
from usance.bootstrap import catalogue
from usance.cli.errors import FILE_TROUBLE, NO_SUCH_FILE
from usance.cli.listing import print_table
from usance.cli.places import place, run
from usance.cli.refusing import REFUSED, USAGE, no
from usance.cli.voice import Words
from usance.kernel.errors import Invalid, Language
from usance.kernel.ids import UserId
from usance.kernel.records import encode
from usance.parties.model import HOUSE
from usance.payments.model import FileReport, FileStatus, Remark
from usance.worker.messages import (
    hand_over_orders,
    read_message_file,
    reason_of,
    refused_file,
    report_shown,
    take_in_message_file,
)
from usance.worker.session import Place, opened

_ZIP = b"PK\x03\x04"
_MEMBERS_MAX = 10_000
_SHOWN_MAX = 20
_HEADS = {
    "en": ("file", "type", "status", "entries", "matched", "suggested", "unmatched", "refused"),
    "zh": ("文件", "类型", "状态", "条目", "已匹配", "建议", "未匹配", "已拒绝"),
}
_MORE = {"en": "  … and {count} more", "zh": "  … 另有 {count} 项"}
_NOTE = {"en": "note", "zh": "提示"}
_THEN = {"en": "refused when it first came: ", "zh": "首次导入时已拒绝:"}


class Wanted(NamedTuple):
    """What the command line asked for."""

    files: list[str]
    book: str
    mapping: Path | None
    currency: str
    dry_run: bool
    as_json: bool
    language: Words


class Given(NamedTuple):
    """A file as it was handed over, or why it cannot be."""

    name: str
    content: Path | bytes | Invalid


def bring_in(wanted: Wanted) -> int:
    """Take files in and print what became of each; return the exit code."""
    missing = [name for name in wanted.files if name != "-" and not Path(name).exists()]
    if wanted.mapping is not None and not wanted.mapping.is_file():
        missing.append(str(wanted.mapping))
    if missing:
        return no(NO_SUCH_FILE, "FILES", missing[0], ends=USAGE).exit_code
    try:
        mapping = load_mapping(wanted.mapping) if wanted.mapping else None
        files = list(_given(wanted.files))
    except Invalid as wrong:
        return no(wrong.code, wrong.field, wrong.value, ends=USAGE).exit_code
    except OSError as wrong:
        return no(FILE_TROUBLE, str(wrong.filename), wrong.strerror, ends=USAGE).exit_code
    show = _Printer(wanted)
    if wanted.dry_run and not wanted.book:
        with _progress(len(files)) as step:
            for file in files:
                show.report(_read(file, mapping, wanted.currency))
                step(file.name)
    else:
        run(_take_in(place(wanted.book), files, mapping, wanted, show))
    show.end()
    return show.code


def _read(file: Given, mapping: StatementMapping | None, currency: str) -> FileReport:
    if isinstance(file.content, Invalid):
        return refused_file(file.name, file.content)
    return read_message_file(file.name, file.content, mapping, currency)


async def _take_in(
    where: Place,
    files: list[Given],
    mapping: StatementMapping | None,
    wanted: Wanted,
    show: "_Printer",
) -> None:
    async with opened(where) as session:
        with _progress(len(files)) as step:
            for file in files:
                if isinstance(file.content, Invalid):
                    show.report(refused_file(file.name, file.content))
                    continue
                async with session.pool.acquire() as connection:
                    taken = await take_in_message_file(
                        connection,
                        file.name,
                        file.content,
                        received_at=await session.now(),
                        actor=UserId(HOUSE),
                        mapping=mapping,
                        currency=wanted.currency,
                        rehearsed=wanted.dry_run,
                    )
                    # What cannot be read, or only might be, orders nothing.
                    if taken.digest and not wanted.dry_run:
                        await hand_over_orders(connection, session.book, taken.digest)
                show.report(taken.report)
                step(file.name)
        if not wanted.dry_run:
            await session.worker().beat()


def _given(names: list[str]) -> Iterator[Given]:
    """Yield every file that is meant: those of folders and archives one by one, in order."""
    for name in names:
        if name == "-":
            yield Given("-", sys.stdin.buffer.read(MEMORY_MAX + 1))
            continue
        path = Path(name)
        paths = (
            sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        )
        for each in paths:
            with each.open("rb") as file:
                packed = file.read(4) == _ZIP
            if packed:
                yield from _members(each)
            else:
                yield Given(str(each), each)


def _members(path: Path) -> Iterator[Given]:
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist()[:_MEMBERS_MAX]:
                if not member.is_dir():
                    yield _member(archive, member, f"{path}/{member.filename}")
    except (zipfile.BadZipFile, OSError) as broken:
        yield Given(str(path), UNPACKED_BADLY.invalid("", str(broken)))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Given:
    try:
        with archive.open(member) as file:
            # What the archive says of its size is not believed.
            content = file.read(MEMORY_MAX + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as broken:
        return Given(name, UNPACKED_BADLY.invalid("", str(broken)))
    if len(content) > MEMORY_MAX:
        return Given(name, MESSAGE_TOO_LARGE.invalid("", MEMORY_MAX))
    return Given(name, content)


@contextmanager
def _progress(total: int) -> Iterator["_Step"]:
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        yield _Step(bar, total)


class _Step:
    """Moves the bar on by one file."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total)

    def __call__(self, name: str) -> None:
        self._bar.update(self._task, advance=1, description=name)


class _Printer:
    """Prints reports: JSON line by line as they come, a table at the end."""

    def __init__(self, wanted: Wanted) -> None:
        self._as_json = wanted.as_json
        self._language: Language = "zh" if wanted.language is Words.ZH else "en"
        self._codes = catalogue()
        self._reports: list[FileReport] = []
        self.code = 0

    def report(self, report: FileReport) -> None:
        """Take a report, and print it at once where it is a line of JSON."""
        # What is known was refused, if anything was, when it came first; now nothing was asked.
        if report.refused and report.status is not FileStatus.KNOWN:
            self.code = REFUSED
        if self._as_json:
            shown = report_shown(report, self._codes, self._language)
            sys.stdout.write(encode(shown).decode() + "\n")
        else:
            self._reports.append(report)

    def end(self) -> None:
        """Print the table, and what was refused below it."""
        if self._as_json:
            return
        heads = [(head, number > 2) for number, head in enumerate(_HEADS[self._language])]
        print_table(heads, map(_row, self._reports), Words(self._language))
        for report in self._reports:
            known = report.status is FileStatus.KNOWN
            self._remarks(report.file, report.refused, _THEN[self._language] if known else "")
            self._remarks(report.file, report.notes, f"{_NOTE[self._language]}: ")

    def _remarks(self, file: str, remarks: tuple[Remark, ...], before: str) -> None:
        for remark in remarks[:_SHOWN_MAX]:
            said = reason_of(remark, self._codes, self._language)
            if remark.left_out and not remark.path:
                # Of a whole file there is one remark: then there is room for what to do.
                said += f" {self._codes[remark.code].remedy(self._language)}"
            sys.stdout.write(f"{before}{file}: {said} ({remark.code})\n")
        if len(remarks) > _SHOWN_MAX:
            sys.stdout.write(_MORE[self._language].format(count=len(remarks) - _SHOWN_MAX) + "\n")


def _row(report: FileReport) -> tuple[object, ...]:
    counts = (report.entries, report.matched, report.suggested, report.unmatched)
    return (
        report.file,
        f"{report.type} {report.version}".strip(),
        report.status,
        *(f"{count:,}" for count in (*counts, len(report.refused))),
    )
