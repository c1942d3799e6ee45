"""Write the reference pages that are printed from the code: `make docs`; `--check` compares."""

import importlib
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from usance.api.application import by_scope
from usance.api.errors import all_codes
from usance.kernel.errors import Code
from usance.ledger.model import Entry
from usance.parties.rules.access import ROLES_OF_KIND, SCOPES_OF_ROLE
from usance.reporting.rules.machines import machines_page
from usance.reporting.rules.postings import postings_page
from usance.reporting.rules.public_events import events_page
from usance.runtime.facts import part_name

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = ROOT / "docs" / "reference"
MUTANTS: Final = ROOT / "tests" / "mutants" / "mutants.toml"

ERRORS_HEAD = """\
# How Usance says no 错误代码

Printed by `make docs` from the code; do not edit it here.
由 `make docs` 根据代码生成,请勿在此修改。

An answer that says no is a problem of RFC 9457 (`application/problem+json`) with a stable `code`, a
`title`, a `remedy`, both together as `detail`, and the `request_id`. Its list `errors` has an entry
for each fault: the `field` it is about (`transfers[0].amount`, a header, or what was looked for), a
`pointer` to it (RFC 6901, into body, query or path; "" for a header and for the whole body), the
`value` that was sent there ("" where it says nothing, "(not shown)" where it may be a secret), what
is `known` besides (the payment there is, what is left, where the body breaks off), and `code`,
`detail` and `remedy` of its own. Words follow Accept-Language, English or Chinese; codes do not. In
the table {allowed} stands for what would have been right: the choices, the bound, the form.

As a rule 422 means that the form is wrong: mend the field and send again. 409 means that the form
was right and the state of the book says no; that answer is kept under the idempotency key and
given again. 404 means that there is no such thing, or that you may not know.

错误答复符合 RFC 9457(`application/problem+json`),含固定的 `code`、`title`、`remedy`、
二者合并的 `detail` 及 `request_id`。列表 `errors` 逐项列出错误:
所涉字段 `field`(如 `transfers[0].amount`、请求头或所查对象)、
指向该处的 `pointer`(RFC 6901,指向请求体、查询或路径;请求头或整个请求体为 "")、
该处所发内容 `value`(无意义时为 "",可能涉密时为 "(not shown)"),
账簿中的相关内容 `known`(如已有付款、余额),
以及各自的 `code`、`detail` 与 `remedy`。说明文字随 Accept-Language 使用中文或英文,代码不变。
下表中的 {allowed} 表示正确的取值、范围或格式。

一般而言,422 表示格式有误,修正后重发即可;
409 表示格式正确但账簿状态不允许,同一幂等键会得到同样的答复;
404 表示不存在,或您无权知晓。

| code | status | says | remedy |
| --- | --- | --- | --- |
"""


def errors_page(codes: Mapping[str, Code]) -> str:
    """Return the page of all codes, by their names."""
    return ERRORS_HEAD + "".join(_line(codes[name]) for name in sorted(codes))


def _line(code: Code) -> str:
    said, remedy = f"{code.en}<br>{code.zh}", f"{code.remedy_en}<br>{code.remedy_zh}"
    cells = (f"`{code.code}`", str(code.status), said, remedy)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def entries() -> list[Entry]:
    """Return the entries of every chapter that posts, in the order of the story."""
    found: list[Entry] = []
    for chapter in ("payments", "financing"):
        found.extend(importlib.import_module(f"usance.{chapter}.rules.postings").ENTRIES)
    return found


MUTANTS_HEAD = """\
# Rules that were broken on purpose

Printed by `make docs` from tests/mutants/mutants.toml; do not edit it here.

A test that cannot fail proves nothing. Each line below is a change of a few words that breaks one
rule. `make mutants` makes each change in a copy of the source, runs the tests named there against
the copy and expects one of them to fail; it ends with 1 where a mutant survives. `make test-long`
does the same, and `make test` looks that the list still fits the code. Names of some only:
`python -m tests.mutants.mutating NAME …`.

| mutant | in | what breaks | caught by |
| --- | --- | --- | --- |
"""


def mutants_page() -> str:
    """Return the page of rules that tests must see broken, in the order of their file."""
    lines = []
    for mutant in tomllib.loads(MUTANTS.read_text())["mutant"]:
        tests = [f"`{test.removeprefix('tests/')}`" for test in mutant["caught_by"]]
        file = mutant["file"].removeprefix("src/usance/")
        cells = (f"`{mutant['name']}`", f"`{file}`", mutant["breaks"], "<br>".join(tests))
        lines.append("| " + " | ".join(cells) + " |\n")
    return MUTANTS_HEAD + "".join(lines)


ROLES_HEAD = """\
# Who may ask for what

Printed by `make docs` from the code; do not edit it here.

A user acts for one party and has roles; a role gives scopes; a key of the user carries them all, or
fewer (`scopes` of `POST /v1/keys`). What a key may is asked anew at each request, so a role that
loses a scope takes it from every key at once. The operator and the regulator see the whole book, a
seller or a funder its own things alone. A scope that a key lacks is answered 403 `not_allowed`,
which names it.

| role | of a party of the kind | scopes |
| --- | --- | --- |
"""
SCOPES_HEAD = """
## What a scope opens

| scope | requests |
| --- | --- |
"""


def roles_page() -> str:
    """Return the page of roles, their scopes, and the routes that each scope opens."""
    lines = []
    for role, scopes in SCOPES_OF_ROLE.items():
        kinds = [kind.value for kind, roles in ROLES_OF_KIND.items() if role in roles]
        named = ", ".join(f"`{scope}`" for scope in sorted(scopes))
        lines.append(f"| `{role.value}` | {', '.join(kinds)} | {named} |\n")
    opened = [
        f"| `{scope}` | {'<br>'.join(routes)} |\n" for scope, routes in sorted(by_scope().items())
    ]
    return ROLES_HEAD + "".join(lines) + SCOPES_HEAD + "".join(opened)


WRITTEN: Final[dict[str, Callable[[], str]]] = {
    "errors.md": lambda: errors_page(all_codes()),
    "events.md": lambda: events_page(part_name),
    "mutants.md": mutants_page,
    "roles.md": roles_page,
    "payments.md": machines_page,
    "postings.md": lambda: postings_page(entries()),
}


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check name those that are stale."""
    stale = 0
    for name, written in WRITTEN.items():
        page = PAGES / name
        if arguments != ["--check"]:
            page.write_text(written())
        elif not page.exists() or page.read_text() != written():
            print(f"{page.relative_to(ROOT)} is stale: run `make docs`", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
