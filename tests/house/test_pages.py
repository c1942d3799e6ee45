"""Pages say what the code says: those printed from it are fresh, and names in others exist."""

import ast
import re
from functools import cache

import pytest
from tests.house.tree import HOUSE, ROOT, SOURCE

from usance.api.application import by_scope
from usance.api.errors import all_codes
from usance.api.health import Ready
from usance.ledger.errors import TransferResult
from usance.parties.model import Role
from usance.parties.rules.access import SCOPES_OF_ROLE

DOCS = ROOT / "docs"
NAMED = re.compile(r"`([a-z_/]+\.py):([A-Za-z_][\w.]*)`")
FOLLOWED = ("story.md", "where.md")


@cache
def names_in(path: str) -> set[str]:
    """Every function, class and constant of a module, methods as `Class.method`."""
    tree = ast.parse((HOUSE / path).read_text() if (HOUSE / path).exists() else read_source(path))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = (
                n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
            )
            found |= {f"{node.name}.{method.name}" for method in methods}
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {each.id for each in targets if isinstance(each, ast.Name)}
    return found


def read_source(path: str) -> str:
    return (SOURCE / path).read_text()


def missing(text: str) -> list[str]:
    """The `path:name` of a page that are not in the tree; paths start below src/usance or src."""
    lost = []
    for path, name in NAMED.findall(text):
        there = (HOUSE / path).exists() or (SOURCE / path).exists()
        if not there or name not in names_in(path):
            lost.append(f"{path}:{name}")
    return lost


@pytest.mark.parametrize(
    ("_case", "text", "lost"),
    [
        ("a function", "see `ledger/service/post.py:post`", []),
        ("a method", "see `runtime/engine.py:Engine.submit`", []),
        ("a constant", "see `payments/rules/postings/sales.py:CAPTURE`", []),
        ("beside the house", "see `usance_verify.py:verify`", []),
        ("no such function", "see `ledger/service/post.py:pst`", ["ledger/service/post.py:pst"]),
        ("no such method", "`runtime/engine.py:Engine.go`", ["runtime/engine.py:Engine.go"]),
        ("no such file", "see `ledger/nothing.py:post`", ["ledger/nothing.py:post"]),
    ],
)
def test_the_scan_for_names_sees(_case, text, lost):
    assert missing(text) == lost


@pytest.mark.parametrize("page", FOLLOWED)
def test_names_on_the_page_exist(page):
    text = (DOCS / page).read_text()

    assert len(NAMED.findall(text)) >= 10
    assert missing(text) == []


def test_links_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text())
        if not (page.parent / target).exists()
    ]

    assert dead == []


def test_the_ledgers_page_lists_the_result_codes_in_their_order():
    page = (DOCS / "reference" / "ledger.md").read_text()
    listed = re.findall(r"^\| `(\w+)` \|", page.split("## Result codes")[1], re.MULTILINE)

    assert listed == [result.value for result in TransferResult]


def test_the_page_of_errors_has_every_code_once():
    page = (DOCS / "reference" / "errors.md").read_text()

    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == sorted(all_codes())


def test_every_field_of_readiness_is_explained_in_its_order():
    page = (DOCS / "reference" / "running.md").read_text()

    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(Ready.model_fields)


def test_every_role_and_scope_is_on_the_page_of_roles():
    page = (DOCS / "reference" / "roles.md").read_text()
    first = re.findall(r"^\| `([\w.:]+)` \|", page, re.MULTILINE)

    # A few scopes are the house's own: what they open is no request.
    assert set(Role) <= set(first)
    assert {scope for scope in first if ":" in scope} == set(by_scope())
    assert all(f"`{scope}`" in page for scopes in SCOPES_OF_ROLE.values() for scope in scopes)


def test_the_glossary_has_only_words_that_the_code_uses():
    said = " ".join(path.read_text() for path in SOURCE.rglob("*.py"))
    said = re.sub(r"[\s_]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", said)).lower()
    rows = re.findall(r"^\| ([a-z][^|]*) \|", (DOCS / "glossary.md").read_text(), re.MULTILINE)
    words = [word for row in rows if row != "word" for word in row.split(", ")]

    assert len(words) > 80
    assert [word for word in words if not re.search(rf"\b{word}", said)] == []
