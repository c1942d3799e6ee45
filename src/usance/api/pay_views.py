"""The pages of payment links, one function for each thing they can say. No words of their own."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from usance.adapters.rails.emv import read
from usance.adapters.rails.magic import MAGIC, Magic
from usance.api.pay_html import NOTHING, STYLE, Html, html, joined, picture_of
from usance.api.pay_words import WHY, WORDS, day_said, moment_said, money_said, rate_said, said
from usance.kernel.errors import Language
from usance.kernel.money import Money
from usance.payments.model import LinkStatus, PaymentStatus
from usance.payments.service.link_page import BuyerPrice, LinkPage, OfferedMethod

REFRESH_SECONDS: Final = 5
_BACK: Final = frozenset({PaymentStatus.REFUNDED, PaymentStatus.CHARGED_BACK})
# With what was paid, by the first word of the instrument.
_METHODS: Final = {"bank": "bank_transfer", "card": "card"}
# A fault of the form, with the field that it is about.
FIELDS: Final = {"fault_method": "method", "fault_token": "token", "fault_number": "token"}


class View:
    """The pages of one link in one language."""

    def __init__(self, shown: LinkPage, token: str, language: Language, *, test_book: bool) -> None:
        self._shown = shown
        self._token = token
        self._language = language
        self._test = test_book

    def page(self, fault: str = "") -> Html:
        """Return the page as things stand. fault: what was wrong with what was sent."""
        shown = self._shown
        match shown.status:
            case LinkStatus.OPEN if shown.methods:
                return self._around(self._say("title", seller=shown.seller), self._open(fault))
            case LinkStatus.OPEN:
                return self._ended("closed_now")
            case LinkStatus.IN_PROGRESS:
                return self._under_way()
            case LinkStatus.PAID:
                return self._paid()
            case status:
                return self._ended(status.value)

    def limited(self) -> Html:
        """Return the page that says that there were too many attempts."""
        return self._ended("limited")

    # ---- before ----

    def _open(self, fault: str) -> Html:
        shown = self._shown
        assert shown.price is not None, "methods are offered at a price"
        return joined(
            self._test_note(),
            self._alert(fault),
            self._summary(shown.price),
            self._form(shown.price, fault),
            self._magic(shown.price.amount) if self._test else NOTHING,
        )

    def _alert(self, fault: str) -> Html:
        shown = self._shown
        if fault:
            return self._box("bad", "fault", self._say(fault), role="alert")
        if not shown.refused:
            return NOTHING
        why = WHY.get(shown.refused, "why_bank")
        text = f"{self._say(why)} {self._say('refused_next')}"
        return self._box("bad", "refused", text, role="alert")

    def _summary(self, price: BuyerPrice) -> Html:
        rows = [
            ("seller", self._shown.seller),
            ("order", self._shown.order.invoice_no),
            ("ordered", day_said(self._shown.order.source_date, self._language)),
            ("order_amount", self._money(self._shown.order.amount)),
        ]
        if price.value_date is not None:
            rate = self._say(
                "rate_of",
                base=self._shown.order.amount.currency,
                rate=rate_said(price.rate),
                quote=price.amount.currency,
                source=price.source,
                day=day_said(price.value_date, self._language),
            )
            rows.append(("rate", rate))
        rows += [
            ("fee", self._say("no_fee")),
            ("until", moment_said(self._shown.link.expires_at, self._language)),
        ]
        total = html(
            '<dt class="total">{name}</dt><dd class="total">{amount}</dd>',
            name=self._say("you_pay"),
            amount=self._money(price.amount),
        )
        return self._section("summary", self._list(rows, total))

    def _form(self, price: BuyerPrice, fault: str) -> Html:
        ways = [self._way(each, fault, first=n == 0) for n, each in enumerate(self._shown.methods)]
        return html(
            '<form method="post" action="{action}" accept-charset="utf-8" autocomplete="off">'
            '<input type="hidden" name="attempt" value="{attempt}">'
            '<input type="hidden" name="amount" value="{amount}">'
            '<input type="hidden" name="lang" value="{language}">'
            "<fieldset><legend>{how}</legend>{ways}</fieldset>"
            '<button type="submit">{pay}</button></form>',
            action=f"/pay/{self._token}",
            attempt=self._shown.attempt,
            amount=f"{price.amount.minor} {price.amount.currency}",
            language=self._language,
            how=self._say("how"),
            ways=joined(*ways),
            pay=self._say("pay", amount=self._money(price.amount)),
        )

    def _way(self, offered: OfferedMethod, fault: str, *, first: bool) -> Html:
        method = offered.method
        hint = f"hint_{method}" if f"hint_{method}" in WORDS else "hint_other"
        at_token = FIELDS.get(fault) == "token"
        checked = (offered.needs_token if at_token else first) and fault != "fault_method"
        return html(
            '<div class="way"><input type="radio" name="method" id="way-{method}" value="{method}"'
            ' aria-describedby="hint-{method}" required{checked}>'
            '<label for="way-{method}">{name}</label><p id="hint-{method}">{hint}</p>{more}</div>',
            method=method,
            checked=Html(" checked") if checked else NOTHING,
            name=self._method(method),
            hint=self._say(hint),
            more=self._token_field(method, wrong=at_token) if offered.needs_token else NOTHING,
        )

    def _token_field(self, method: str, *, wrong: bool) -> Html:
        return html(
            '<div class="more"><label for="token-{method}">{label}</label>'
            '<input type="text" id="token-{method}" name="token" value="{token}" maxlength="80"'
            ' aria-describedby="hint-token-{method}" spellcheck="false" autocapitalize="none"'
            '{wrong}><p id="hint-token-{method}">{hint}</p></div>',
            method=method,
            label=self._say("card_token"),
            token=self._any_card(),
            wrong=Html(' aria-invalid="true" autofocus') if wrong else NOTHING,
            hint=self._say("hint_token", token=self._any_card()),
        )

    def _any_card(self) -> str:
        """Return the token of a card of a test, for each link its own: risk counts by card."""
        return f"tok_test_{str(self._shown.link.id)[-12:]}"

    def _magic(self, amount: Money) -> Html:
        here = MAGIC.get(amount.minor)
        rows = [
            html(
                "<tr><td>{amount}</td><td>{what}</td></tr>",
                amount=self._money(Money(minor, amount.currency)),
                what=self._happens(each),
            )
            for minor, each in MAGIC.items()
        ]
        note = NOTHING
        if here is not None:
            what = self._say("magic_here", what=self._happens(here))
            note = html('<p class="note">{what}</p>', what=what)
        return html(
            "{note}<details><summary>{title}</summary><table><thead><tr>"
            '<th scope="col">{amount}</th><th scope="col">{what}</th></tr></thead>'
            "<tbody>{rows}</tbody></table></details>",
            note=note,
            title=self._say("magic"),
            amount=self._say("magic_amount"),
            what=self._say("magic_what"),
            rows=joined(*rows),
        )

    def _happens(self, magic: Magic) -> str:
        end = "magic_back" if magic.charged_back else "magic_paid"
        then = self._say("magic_refused", code=magic.refused) if magic.refused else self._say(end)
        if not magic.silent_for:
            return then
        days, minutes = magic.silent_for.days, magic.silent_for // timedelta(minutes=1)
        first = self._say("magic_silent", minutes=minutes)
        if days:
            first = self._say("magic_silent_days", days=days)
        return self._say("magic_then", first=first, second=then)

    # ---- meanwhile ----

    def _under_way(self) -> Html:
        shown = self._shown
        assert shown.payment is not None, "a link is in progress by its payment"
        if shown.payment.status is PaymentStatus.IN_REVIEW:
            return self._ended("review")
        if shown.action is not None and not shown.action.done:
            return self._action()
        box = self._box("note", "", self._say("pending_text"), role="status")
        return self._around(
            self._say("pending"), joined(self._test_note(), box, self._again()), refresh=True
        )

    def _action(self) -> Html:
        shown = self._shown
        assert shown.action is not None, "the rail waits for the buyer"
        until = moment_said(shown.action.expires_at, self._language)
        if read(shown.action.action) is not None:
            return self._code(shown.action.action, until)
        go = html("<p>{text}</p>", text=self._say("action_none"))
        if shown.action_url:
            go = html(
                '<p><a class="go" href="{url}" target="_blank" rel="noopener noreferrer">{text}</a>'
                "</p>",
                url=shown.action_url,
                text=self._say("action_go"),
            )
        box = self._box("note", "", self._say("action_text", until=until), role="status")
        return self._around(
            self._say("action"), joined(self._test_note(), box, go, self._again()), refresh=True
        )

    def _code(self, text: str, until: str) -> Html:
        """Return the page with a code to be scanned, and its text for who pays on this device."""
        assert self._shown.payment is not None, "the rail waits for the buyer"
        amount = self._money(self._shown.payment.gross)
        code = html(
            '<figure class="code">{picture}<figcaption>{amount}</figcaption></figure>'
            '<label for="code">{label}</label>'
            '<textarea id="code" readonly rows="4" spellcheck="false">{text}</textarea>',
            picture=picture_of(text, self._say("code_alt", amount=amount)),
            amount=amount,
            label=self._say("code_text"),
            text=text,
        )
        box = self._box("note", "", self._say("code_how", until=until), role="status")
        inner = joined(self._test_note(), box, code, self._again())
        return self._around(self._say("code"), inner, refresh=True)

    def _again(self) -> Html:
        return html(
            '<p>{every} <a href="{here}">{look}</a></p>',
            every=self._say("refreshes", seconds=REFRESH_SECONDS),
            here=self._here(),
            look=self._say("look"),
        )

    # ---- afterwards ----

    def _paid(self) -> Html:
        shown, payment = self._shown, self._shown.payment
        assert payment is not None, "a link is paid by a payment"
        key = "returned" if payment.status in _BACK else "paid"
        method = _METHODS.get(payment.instrument.partition(":")[0], "in_app")
        rows = [
            ("reference", str(payment.id)),
            ("seller", shown.seller),
            ("order", shown.order.invoice_no),
            ("order_amount", self._money(shown.order.amount)),
            ("fee", self._say("no_fee")),
            ("method", self._method(method)),
            ("paid_at", moment_said(payment.captured_at or payment.created_at, self._language)),
        ]
        total = html(
            '<dt class="total">{name}</dt><dd class="total">{amount}</dd>',
            name=self._say("you_pay"),
            amount=self._money(payment.gross),
        )
        text = self._say(f"{key}_text", seller=shown.seller)
        box = self._box("good" if key == "paid" else "note", "", text, role="status")
        receipt = self._section("receipt", self._list(rows, total))
        return self._around(self._say(key), joined(self._test_note(), box, receipt, self._back()))

    def _ended(self, key: str) -> Html:
        shown = self._shown
        text = self._say(
            f"{key}_text",
            until=moment_said(shown.link.expires_at, self._language),
            minutes=shown.policy.within // timedelta(minutes=1),
        )
        box = self._box("note", "", text, role="status")
        return self._around(self._say(key), joined(self._test_note(), box, self._back()))

    def _back(self) -> Html:
        if not self._shown.link.return_url:
            return NOTHING
        return html(
            '<p><a href="{url}" rel="noreferrer">{text}</a></p>',
            url=self._shown.link.return_url,
            text=self._say("back", seller=self._shown.seller),
        )

    # ---- pieces ----

    def _say(self, key: str, **values: object) -> str:
        return said(self._language, key, **values)

    def _money(self, amount: Money) -> str:
        return money_said(amount, self._language)

    def _method(self, method: str) -> str:
        return self._say(method) if method in WORDS else method.replace("_", " ")

    def _here(self) -> str:
        return f"/pay/{self._token}?lang={self._language}"

    def _test_note(self) -> Html:
        return self._box("note", "", self._say("test")) if self._test else NOTHING

    def _box(self, kind: str, title: str, text: str, role: str = "") -> Html:
        heading = html("<h2>{title}</h2>", title=self._say(title)) if title else NOTHING
        roles = html(' role="{role}"', role=role) if role else NOTHING
        return html(
            '<div class="{kind}"{role}>{heading}<p>{text}</p></div>',
            kind=kind,
            role=roles,
            heading=heading,
            text=text,
        )

    def _section(self, name: str, inner: Html) -> Html:
        return html(
            '<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>{inner}</section>',
            name=name,
            title=self._say(name),
            inner=inner,
        )

    def _list(self, rows: Sequence[tuple[str, str]], total: Html) -> Html:
        lines = [
            html("<dt>{name}</dt><dd>{value}</dd>", name=self._say(name), value=value)
            for name, value in rows
        ]
        return html("<dl>{lines}</dl>", lines=joined(*lines, total))

    def _around(self, title: str, inner: Html, *, refresh: bool = False) -> Html:
        notice = self._say("notice", seller=self._shown.seller)
        return document(
            self._language, title, inner, self._token, notice, self._here() if refresh else ""
        )


def plain_page(language: Language, key: str) -> Html:
    """Return a page that knows of no link: unknown, elsewhere, busy."""
    inner = html('<p role="status">{text}</p>', text=said(language, f"{key}_text"))
    return document(language, said(language, key), inner)


def document(
    language: Language, title: str, inner: Html, token: str = "", notice: str = "", again: str = ""
) -> Html:
    """Return a whole page. token: of the link, "" for none. again: what it becomes by itself."""
    other: Language = "en" if language == "zh" else "zh"
    return html(
        '<!DOCTYPE html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><title>{title}</title>{refresh}'
        "<style>{style}</style></head>\n<body>{switch}<main><h1>{title}</h1>\n{inner}</main>"
        "{footer}</body></html>\n",
        lang="zh-CN" if language == "zh" else "en",
        title=title,
        refresh=html(
            '<meta http-equiv="refresh" content="{seconds};url={again}">',
            seconds=REFRESH_SECONDS,
            again=again,
        )
        if again
        else NOTHING,
        style=Html(STYLE),
        switch=html(
            '<header><nav aria-label="{label}"><a href="/pay/{token}?lang={other}"'
            ' hreflang="{tag}" lang="{tag}">{name}</a></nav></header>',
            label=said(language, "languages"),
            token=token,
            other=other,
            tag="zh-CN" if other == "zh" else "en",
            name=said(language, "switch"),
        )
        if token
        else NOTHING,
        inner=inner,
        footer=html("<footer><p>{notice}</p></footer>", notice=notice) if notice else NOTHING,
    )
