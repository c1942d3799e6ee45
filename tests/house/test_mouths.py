"""Whatever the house can be asked to do can be asked by HTTP, and what is described is served."""

import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType

from fastapi.routing import APIRoute
from tests.described import DESCRIBED
from tests.house.tree import ROOT, chapters

from usance.api.application import _ROUTERS
from usance.api.verbs import PATH

# Ordinary services (async functions of a chapter's service) that no route calls, and why.
WITHOUT_ROUTE = {
    "take_in": "api/messages.py has the worker do it, as the command line does",
    "stage_watchlist": "reads a publisher's file; `usance import` does it",
    "ready_screens": "the engine's own preparation",
    "dispatch": "the worker's own round",
    "listen": "the worker's own round",
    "load_splits": "the preparation of engine verbs",
    "load_reserves": "the preparation of engine verbs",
    "standing_of": "what rates, previews and explanations are read from",
    "book_unexpected": "the worker's own round",
    "remittances_arrived": "the worker's own round",
    "reports_of_advice": "reads a rail's file; `usance remittances import` does it",
    "match_messages": "part of taking a message in",
    "match_again": "the worker's own round",
    "tolerance_on": "a look-up of policy by the matching itself",
    "recall": "the worker's own round",
    "sent": "the worker's own round",
    "found_again": "what rails notice is told to the book by the worker",
    "news_found_again": "what rails post is told to the book by the worker",
    "keep_heard": "the worker's own round",
    "calendar_in_force": "the promise of a transfer's arrival shows what follows from it",
    "extend": "the worker's own round",
    "delivery_rules": "the worker's own round",
    "check_payees": "the worker's own round",
    "carry_on": "the worker's own round",
    "batches_ordered": "part of handing a message over",
    "read_hooks": "the worker's own round",
    "steered_rails": "the worker's own round",
    "finish_hooks": "the worker's own round",
    "lease_due": "the worker's own round",
    "record_attempt": "the worker's own round",
    "row_in_force": "for the command line; the list of policies shows every row with its day",
    "audit": "reads the whole book; for the command line",
    "verify_periods": "reads the whole book; for the command line",
}


def verbs_with_a_route() -> set[str]:
    found = set()
    for router in _ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            found |= {
                dependency.call.verb
                for dependency in route.dependant.dependencies
                if hasattr(dependency.call, "verb")
            }
    return found


def test_every_public_verb_of_the_money_path_has_a_route():
    public = {name for name, verb in PATH.items() if verb.scope}

    # `propose` is behind every route that needs four eyes; nobody proposes just anything.
    assert public - verbs_with_a_route() == {"propose"}


def test_routes_propose_what_needs_four_eyes_and_nothing_else():
    asked = {
        dependency.call.verb: dependency.call.asks[0]
        for router in _ROUTERS
        for route in router.routes
        for dependency in route.dependant.dependencies
        if hasattr(dependency.call, "verb")
    }

    proposed = {verb for verb, through in asked.items() if through == "propose"}
    assert proposed == {name for name, verb in PATH.items() if verb.four_eyes}


def test_what_needs_four_eyes_can_only_be_proposed():
    direct = set()
    for path, methods in DESCRIBED["paths"].items():
        for method, operation in methods.items():
            if method == "post" and operation["responses"].get("201", {}):
                schema = operation["responses"]["201"]["content"]["application/json"]["schema"]
                if schema.get("$ref", "").endswith("/Proposal"):
                    direct.add(path)

    assert {"/v1/facilities", "/v1/ledger/transfers", "/v1/policies"} <= direct


def services() -> Iterator[tuple[str, ModuleType, str]]:
    """Every ordinary verb: a public coroutine that a chapter's service defines itself."""
    for chapter in chapters():
        if not (ROOT / "src" / "usance" / chapter).is_dir():
            continue
        folder = ROOT / "src" / "usance" / chapter / "service"
        names = [path.stem for path in folder.glob("*.py")] if folder.is_dir() else [""]
        for name in names:
            room = f"usance.{chapter}.service" + (
                f".{name}" if name not in {"", "__init__"} else ""
            )
            module = importlib.import_module(room)
            for function, value in vars(module).items():
                if inspect.iscoroutinefunction(value) and value.__module__ == room:
                    yield chapter, module, function


def test_every_ordinary_verb_is_called_by_a_route_or_says_why_not():
    called = "".join(path.read_text() for path in (ROOT / "src/usance/api").glob("*.py"))
    missing = {
        function
        for _, _, function in services()
        if not function.startswith(("_", "prepare")) and f"{function}(" not in called
    }

    assert missing == set(WITHOUT_ROUTE)


def test_every_operation_says_what_it_does_and_has_a_name_of_its_own():
    operations = [
        operation for methods in DESCRIBED["paths"].values() for operation in methods.values()
    ]
    names = [operation["operationId"] for operation in operations]

    assert [one["operationId"] for one in operations if not one["summary"]] == []
    assert len(names) == len(set(names))
