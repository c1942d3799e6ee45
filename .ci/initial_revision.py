"""Write migrations/versions/0001_initial.py anew from the tables that the chapters declare.

Only until the first release: afterwards a book may have been made with it, and a change of a table
is a revision of its own (docs/reference/migrations.md). `--check` says whether it is fresh.
"""

import configparser
import re
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations.ops import CreateIndexOp, CreateTableOp, UpgradeOps

import usance.bootstrap
import usance.runtime.tables  # noqa: F401 - between them they declare every table
from usance.runtime.rows import METADATA

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "migrations" / "versions" / "0001_initial.py"

HEAD = '''"""Every table as of the first release.

Written by `make migration-initial` until then, and not edited.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
'''


def written() -> str:
    """Return the revision's text, laid out by ruff: one function for each schema."""
    used = {table.schema for table in METADATA.sorted_tables}
    schemas = [schema for schema in _in_story_order() if schema in used]
    assert len(schemas) == len(used), f"{used} are not all chapters"
    text = HEAD + "".join(f"    {schema}()\n" for schema in schemas)
    for schema in schemas:
        tables = [table for table in METADATA.sorted_tables if table.schema == schema]
        text += f"\n\ndef {schema}() -> None:\n"
        text += f'    op.execute("create schema if not exists {schema}")\n'
        text += "".join(_made(table) for table in tables)
    return _laid_out(text)


def _in_story_order() -> list[str]:
    """Return the chapters' schemas, those that others refer to first; `engine` is the ground."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    layers = parser["importlinter:contract:story"]["layers"].split()
    return ["engine", *(layer.strip("()|") for layer in reversed(layers))]


def _made(table: sa.Table) -> str:
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    made = [CreateTableOp.from_table(table), *map(CreateIndexOp.from_index, indexes)]
    code = render_python_code(UpgradeOps(made))
    for column in table.columns:
        if not column.primary_key:  # Elsewhere nothing is ever counted up: no need to say so.
            said = rf"(sa\.Column\('{column.name}', .*?), autoincrement=False"
            code = re.sub(said, r"\1", code, count=1)
    code = code.replace(", unique=False", "")
    lines = [line for line in code.splitlines() if line.strip() and "###" not in line]
    return "\n".join(f"    {line.strip()}" for line in lines) + "\n"


def _laid_out(text: str) -> str:
    ruff = Path(sys.executable).parent / "ruff"
    done = subprocess.run(  # noqa: S603 - the house's own formatter
        [ruff, "format", "--quiet", "--stdin-filename", str(FILE), "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout


def main(arguments: list[str]) -> int:
    """Write the file, or with --check say whether it is fresh."""
    if arguments == ["--check"]:
        if FILE.exists() and FILE.read_text() == written():
            return 0
        print(f"{FILE.relative_to(ROOT)} is stale: run `make migration-initial`", file=sys.stderr)
        return 1
    FILE.write_text(written())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
