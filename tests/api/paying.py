"""Buyers at payment links: they open pages, fill in forms, and what they see is read."""

from datetime import timedelta
from itertools import count
from urllib.parse import urlencode

import httpx
from lxml import html as lxml_html
from tests.api.conftest import SELLER, T0

from usance.kernel.ids import OrderId, PartyId
from usance.kernel.money import Currency, Money
from usance.parties import service as parties
from usance.parties.model import PartyKind
from usance.runtime.rows import RowShape
from usance.trade.model import Order

_ORDER = RowShape(Order)
_numbers = count()
BANK = "https://acs.example/3ds?x=1&y=2"


def links(house, order: OrderId | None = None, by: str = "seller", **asked) -> dict:
    asked = {"order_id": str(order or new_order(house)), **asked}
    made = house.post("/v1/payment_links", asked, by=by)
    assert made.status_code == 201, made.text
    return made.json()


def new_order(house, minor: int = 2150) -> OrderId:
    """An order of a buyer who has bought nothing else: risk counts what one buyer tries."""
    number = str(next(_numbers))
    for verb, body in parties.register_invented(7, "links", number, "GB", "GBP"):
        assert house.run(house.session.do(verb, body, body.id)).refusal is None
    buyer = parties.buyer_id("links", number)
    return places(house, f"L-{number}", Money(minor, Currency("GBP")), buyer, "GB")


def path_of(link: dict) -> str:
    return link["url"].removeprefix("http://book")


def opens(house, path: str, **rest) -> httpx.Response:
    return house.get(path, by="", **rest)


def sends(house, path: str, fields: dict, **rest) -> httpx.Response:
    headers = {"Content-Type": "application/x-www-form-urlencoded", **rest.pop("headers", {})}
    return house.ask("POST", path, by="", content=urlencode(fields), headers=headers, **rest)


def tree(answer: httpx.Response):
    return lxml_html.document_fromstring(answer.text)


def filled(answer: httpx.Response, method: str, **changed) -> dict:
    """What the form on a page would send."""
    fields = {
        each.get("name"): each.get("value")
        for each in tree(answer).xpath("//form//input[@type='hidden' or @type='text']")
    }
    return {**fields, "method": method, **changed}


def pays(house, path: str, method: str = "bank_transfer", **changed) -> httpx.Response:
    """The buyer opens the page, chooses and presses the button."""
    return sends(house, path, filled(opens(house, path), method, **changed))


def heading(answer: httpx.Response) -> str:
    return tree(answer).xpath("string(//h1)")


def text(answer: httpx.Response) -> str:
    return " ".join(" ".join(tree(answer).xpath("//main//text()")).split())


def payments_of(house, link: dict) -> list[dict]:
    return house.get(f"/v1/payments?order_id={link['order_id']}").json()["data"]


def passes(house, **span) -> None:
    now = house.run(house.session.now())
    to = (now + timedelta(**span)).isoformat()
    done = house.ask("POST", "/v1/test_helpers/clock/advance", json={"to": to})
    assert done.status_code == 200, done.text


def mood(house, rail: str, mood: str, **rest) -> None:
    asked = {"mood": mood, "minutes": 5, **rest}
    told = house.post(f"/v1/test_helpers/rails/{rail}/mood", asked)
    assert told.status_code == 201, told.text


def places(house, invoice: str, amount: Money, buyer: PartyId, country: str) -> OrderId:
    order = Order(
        OrderId.derived(int(T0.timestamp() * 1000), "link", invoice),
        SELLER, buyer, invoice, amount, T0, T0.date(), country, 1,
    )  # fmt: skip

    async def place() -> None:
        async with house.session.pool.acquire() as connection:
            await connection.copy_records_to_table(
                "orders",
                schema_name="trade",
                columns=_ORDER.columns,
                records=[_ORDER.to_row(order)],
            )

    house.run(place())
    return order.id


def buyer_in(house, country: str) -> PartyId:
    buyer = PartyId.derived(0, "link buyer", country)
    body = parties.RegisterParty(buyer, PartyKind.BUYER, "Berta Beispiel", country)
    done = house.run(house.session.do("register_party", body, "link buyer", country))
    assert done.refusal is None
    return buyer
