"""The pages of payment links: sound HTML without script, in both languages, all escaped."""

import asyncio
import base64
import hashlib
import re

import httpx
from lxml import etree
from tests.api.conftest import SELLER, T0
from tests.api.paying import (
    buyer_in,
    filled,
    heading,
    links,
    mood,
    opens,
    passes,
    path_of,
    pays,
    places,
    sends,
    text,
    tree,
)
from tests.databases import place_for

from usance.adapters.rails import emv
from usance.api import create_app
from usance.api.pay_words import WHY, WORDS
from usance.bootstrap import catalogue
from usance.kernel.ids import OrderId, PartyId, PaymentLinkId, UserId
from usance.kernel.money import Currency, Money
from usance.parties import service as parties
from usance.parties.model import PartyKind
from usance.payments.model import Decline, PaymentLink
from usance.payments.service.links import create_link, hash_of_token
from usance.payments.service.step_up import TIMED_OUT
from usance.policy import service as policy
from usance.runtime.rows import RowShape
from usance.trade.model import Order
from usance.worker.session import make_book, opened

_ORDER = RowShape(Order)


# ---- what is offered ----


def test_a_link_offers_the_methods_it_names_and_those_there_are(house):
    bank = links(house, methods=["bank_transfer"])
    without = buyer_in(house, "DE")
    order = places(house, "DE-1", Money(2_000_00, Currency("GBP")), without, "DE")
    card = links(house, order)
    none = links(house, order, methods=["bank_transfer"])

    offered = [tree(opens(house, path_of(each))).xpath("//input[@type='radio']/@value")
               for each in (bank, card)]  # fmt: skip
    assert offered == [["bank_transfer"], ["card"]]
    closed = opens(house, path_of(none))
    assert heading(closed) == "This order cannot be paid here now"
    price = text(opens(house, path_of(card)))
    rate = re.search(r"1 GBP = ([0-9.]+) EUR, (.+?), (\d+ \w+ \d{4})", price)
    assert rate
    assert re.search(r"You pay [0-9,]+\.\d\d EUR", price)
    chinese = text(opens(house, f"{path_of(card)}?lang=zh"))
    assert re.search(r"您需支付 ?[0-9,]+\.\d\d 欧元\(EUR\)", chinese)
    assert "2,000.00 英镑(GBP)" in chinese


def test_a_buyer_in_brazil_scans_a_code_and_it_is_paid(house):
    order = places(house, "BR-1", Money(100_00, Currency("GBP")), buyer_in(house, "BR"), "BR")
    path = path_of(links(house, order))
    ways = tree(opens(house, path)).xpath("//input[@type='radio']/@value")

    pays(house, path, "local_instant")
    passes(house, seconds=1)
    page = opens(house, path)
    assert ways == ["card", "local_instant"]
    assert heading(page) == "Scan to pay"
    [code] = tree(page).xpath("//textarea/text()")
    fields = emv.read(code)
    assert fields is not None
    assert f"{fields[emv.AMOUNT]} BRL" in text(page).replace(",", "")
    [picture] = tree(page).xpath("//*[local-name()='svg']")
    assert picture.get("role") == "img"
    assert picture.get("aria-label").startswith("QR code that asks for ")
    assert not tree(page).xpath("//*[@style] | //script | //img")
    assert "扫码付款" in text(opens(house, f"{path}?lang=zh")) + heading(
        opens(house, f"{path}?lang=zh")
    )

    passes(house, minutes=20)
    paid = opens(house, path)
    assert heading(paid) == "Paid. Thank you!"
    assert "In your wallet or bank app" in text(paid)


def test_a_buyer_in_hong_kong_is_sent_to_a_wallet_and_comes_back(house):
    order = places(house, "HK-1", Money(100_00, Currency("GBP")), buyer_in(house, "HK"), "HK")
    path = path_of(links(house, order))
    ways = tree(opens(house, path)).xpath("//input[@type='radio']/@value")

    pays(house, path, "wallet")
    passes(house, seconds=1)
    page = opens(house, path)
    assert ways == ["card", "wallet", "local_instant"]
    [go] = tree(page).xpath("//a[@class='go']/@href")
    assert go.startswith("https://wallet.test/approve/")
    passes(house, minutes=20)
    assert heading(opens(house, path)) == "Paid. Thank you!"


def test_test_books_say_so_and_what_amounts_do(house):
    order = places(
        house, "M-1", Money(777_13, Currency("GBP")), parties.buyer_id("shop", "1"), "GB"
    )
    page = opens(house, path_of(links(house, order)))

    assert WORDS["test"][0] in text(page)
    assert "With the amount of this order: no answer for 10 minutes, then refused" in text(page)
    assert len(tree(page).xpath("//tbody/tr")) == 9
    assert "no answer for 2 days, then paid" in text(page)


# ---- the page itself ----


def sound(answer: httpx.Response) -> None:
    """A page without script or anything from outside, that a screen reader finds its way in."""
    parser = etree.HTMLParser()
    root = etree.fromstring(answer.content, parser)
    # The parser is older than some elements; it must complain of nothing else.
    assert [e.message for e in parser.error_log if not e.message.startswith("Tag ")] == []
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert root.get("lang") in {"en", "zh-CN"}
    assert len(root.xpath("//h1")) == len(root.xpath("//main")) == len(root.xpath("//title")) == 1
    assert root.xpath("string(//title)") == root.xpath("string(//h1)") != ""
    named = root.xpath("//label/@for")
    inputs = root.xpath("//input[not(@type='hidden')]/@id")
    assert sorted(named) == sorted(inputs)
    for reference in root.xpath("//@aria-describedby | //@aria-labelledby"):
        assert reference in ids
    assert len(root.xpath("//fieldset")) == len(root.xpath("//fieldset/legend"))
    assert not root.xpath("//script | //iframe | //img | //link | //object | //base")
    assert not root.xpath("//@*[starts-with(name(), 'on') or name() = 'style']")
    for address in root.xpath("//@action | //nav//@href"):
        assert address.startswith("/pay/")
    levels = [int(each.tag[1]) for each in root.xpath("//h1 | //h2 | //h3")]
    assert levels[0] == 1
    heads = answer.headers
    policy = heads["content-security-policy"]
    style = root.xpath("string(//style)")
    digest = hashlib.sha256(style.encode()).digest()
    assert base64.b64encode(digest).decode() in policy
    assert "default-src 'none'" in policy
    assert not re.search("script-src|unsafe|https?:|\\*", policy)
    assert (heads["cache-control"], heads["referrer-policy"]) == ("no-store", "no-referrer")
    assert (heads["x-frame-options"], heads["x-content-type-options"]) == ("DENY", "nosniff")
    assert heads["content-type"] == "text/html; charset=utf-8"


def test_every_page_is_sound_in_both_languages(house):
    open_, paid, cancelled = links(house), links(house), links(house)
    pays(house, path_of(paid))
    under_way = links(house)
    house.quiet()
    mood(house, "card", "refusing", code="expired_card")
    refused = links(house)
    pays(house, path_of(refused), "card")
    house.quiet()
    passes(house, minutes=6)
    pays(house, path_of(under_way))
    house.ask("DELETE", f"/v1/payment_links/{cancelled['id']}")
    for link in (open_, paid, cancelled, under_way, refused):
        for language, tag in (("en", "en"), ("zh", "zh-CN")):
            page = opens(house, f"{path_of(link)}?lang={language}")
            sound(page)
            assert (
                tree(page).get("lang")
                == page.headers["content-language"].replace("zh", "zh-CN")
                == tag
            )
            assert bool(re.search("[一-鿿]", text(page))) is (language == "zh")
    sound(opens(house, "/pay/nothing"))
    house.quiet()


def test_the_language_is_that_of_the_switch_the_link_or_the_browser(house):
    plain, chinese = path_of(links(house)), path_of(links(house, language="zh"))
    zh, en = {"Accept-Language": "zh-CN,zh;q=0.9"}, {"Accept-Language": "en"}

    def said(path: str, headers: dict) -> str:
        return opens(house, path, headers=headers).headers["content-language"]

    assert [said(plain, zh), said(plain, en), said(plain, {"Accept-Language": "fr"})] == [
        "zh",
        "en",
        "en",
    ]
    assert [said(chinese, en), said(f"{chinese}?lang=en", zh)] == ["zh", "en"]
    assert tree(opens(house, chinese)).xpath("//nav//a/text()") == ["English"]
    form = filled(opens(house, f"{plain}?lang=zh"), "card")
    assert sends(house, plain, form).headers["location"] == f"{plain}?lang=zh"


def test_whatever_names_hold_is_text(house):
    wicked = '<script>alert("1")</script>{seller}&amp;\'"'
    seller = PartyId.derived(0, "wicked seller")
    for verb, body in (
        ("register_party", parties.RegisterParty(seller, PartyKind.SELLER, wicked, "CN")),
        (
            "register_bank_account",
            parties.RegisterBankAccount(
                parties.cast_bank_account("wicked", "CNY"), seller, wicked, "CN", Currency("CNY"),
                number="9999000000000000025",
            ),
        ),
    ):  # fmt: skip
        done = house.run(house.session.do(verb, body, "wicked"))
        assert done.refusal is None, done
    order = Order(
        OrderId.derived(int(T0.timestamp() * 1000), "wicked"), seller,
        parties.buyer_id("shop", "1"), wicked, Money(2500, Currency("GBP")), T0, T0.date(), "GB", 1,
    )  # fmt: skip

    async def place() -> None:
        async with house.session.pool.acquire() as connection:
            await connection.copy_records_to_table(
                "orders", schema_name="trade", columns=_ORDER.columns,
                records=[_ORDER.to_row(order)],
            )  # fmt: skip

    house.run(place())
    link = links(house, order.id, by="operations", return_url='https://shop.example/?a="b"&c')
    page = opens(house, path_of(link))
    sound(page)
    assert heading(page) == f"Pay {wicked}"
    assert "<script" not in page.text
    pays(house, path_of(link))
    house.quiet()
    paid = opens(house, path_of(link))
    sound(paid)
    assert tree(paid).xpath("//a[@rel='noreferrer']/@href") == ['https://shop.example/?a="b"&c']


def test_both_languages_say_everything():
    for key, (en, zh) in WORDS.items():
        assert en, key
        assert zh, key
        assert set(re.findall(r"{\w+}", en)) == set(re.findall(r"{\w+}", zh)), key
        if key not in {"switch", "rate_of"}:
            assert re.search("[一-鿿]", zh), key
            assert not re.search("[一-鿿]", en), key
    assert set(WHY.values()) <= set(WORDS)
    assert set(WHY) <= {*catalogue(), *Decline, TIMED_OUT, "price_changed"}


def test_a_live_book_takes_no_card_without_an_acquirers_form(server_address):
    with place_for(server_address, "live_links") as place:

        async def story() -> list[str]:
            await make_book(place, T0, test_clock=False, anew=False)
            async with opened(place) as session:
                return await _live_methods(session)

        assert asyncio.run(story()) == ["bank_transfer"]


async def _live_methods(session) -> list[str]:
    await session.do("adopt_policy", policy.AdoptPolicy(policy.shipped_rows(), "new"))
    for verb, body in (*parties.cast(), *parties.register_invented(7, "s", "1", "GB", "GBP")):
        done = await session.do(verb, body, body.id)
        assert done.refusal is None
    now = await session.now()
    order = Order(
        OrderId.derived(1, "live"), SELLER, parties.buyer_id("s", "1"), "L-1",
        Money(2500, Currency("GBP")), now, now.date(), "GB", 1,
    )  # fmt: skip
    token = "A" * 43
    async with session.pool.acquire() as connection:
        await connection.copy_records_to_table(
            "orders", schema_name="trade", columns=_ORDER.columns, records=[_ORDER.to_row(order)]
        )
        link = PaymentLink(
            PaymentLinkId.derived(1, "live"), order.id, SELLER, hash_of_token(token), (), "", "",
            UserId.derived(0, "x"), now, now, now,
        )  # fmt: skip
        await create_link(connection, link, now, None)
    app = create_app(session)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b") as client:
        page = await client.get(f"/pay/{token}")
    assert page.status_code == 200
    assert not tree(page).xpath("//input[@type='text'] | //table")
    return tree(page).xpath("//input[@type='radio']/@value")
