"""What the pages of payment links say to buyers: every sentence in English and in Chinese.

A word that one language lacks fails a test. Sentences are for people who know nothing of us.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from usance.kernel.errors import Language
from usance.kernel.money import Money, decimal_text
from usance.payments.errors import no_rail
from usance.payments.model import Decline
from usance.payments.service.step_up import TIMED_OUT

Said = tuple[str, str]
WORDS: Final[Mapping[str, Said]] = {
    # ---- what stands on every page ----
    "switch": ("中文", "English"),
    "languages": ("Language", "语言"),
    "title": ("Pay {seller}", "向 {seller} 付款"),
    "notice": (
        "You pay on a page of the payment operator of {seller}. Never send this address on.",
        "您正在 {seller} 的支付服务商页面付款,请勿将此网址转发给他人。",
    ),
    "test": (
        "This is a test. No money moves and no card is charged.",
        "这是测试环境,不会发生真实扣款。",
    ),
    # ---- what is paid ----
    "summary": ("What you pay for", "付款内容"),
    "seller": ("Seller", "卖家"),
    "order": ("Order", "订单"),
    "ordered": ("Ordered on", "下单日期"),
    "order_amount": ("Order amount", "订单金额"),
    "you_pay": ("You pay", "您需支付"),
    "rate": ("Exchange rate", "汇率"),
    "rate_of": (
        "1 {base} = {rate} {quote}, {source}, {day}",
        "1 {base} = {rate} {quote},{source},{day}",
    ),
    "fee": ("Fee for you", "您承担的费用"),
    "no_fee": ("None", "无"),
    "until": ("You can pay until", "付款截止时间"),
    # ---- how ----
    "how": ("How do you want to pay?", "请选择付款方式"),
    "card": ("Card", "银行卡"),
    "bank_transfer": ("Bank account", "银行账户"),
    "hint_card": (
        "By the token of your card. Do not type a card number here.",
        "使用卡令牌付款,请勿在此填写卡号。",
    ),
    "hint_bank_transfer": (
        "From the bank account that the seller has on file for you.",
        "从卖家为您登记的银行账户扣款。",
    ),
    "wallet": ("Wallet", "电子钱包"),
    "local_instant": ("Instant payment by QR code", "扫码即时支付"),
    "in_app": ("In your wallet or bank app", "钱包或银行应用"),
    "hint_wallet": (
        "You are sent to your wallet, say yes there, and come back.",
        "将跳转至您的钱包,确认后返回本页面。",
    ),
    "hint_local_instant": (
        "Scan a code with the app of your bank: Pix, PromptPay or FPS.",
        "使用银行应用扫码付款:Pix、PromptPay 或转数快。",
    ),
    "hint_other": ("Offered for your country and currency.", "适用于您所在的国家和币种。"),
    "card_token": ("Card token", "卡令牌"),
    "hint_token": (
        "In a test every token is taken; {token} will do.",
        "测试环境接受任意令牌,例如 {token}。",
    ),
    "pay": ("Pay {amount}", "支付 {amount}"),
    "magic": ("Amounts that do something in a test", "测试环境中的特殊金额"),
    "magic_here": ("With the amount of this order: {what}", "按本订单金额:{what}"),
    "magic_amount": ("Amount", "金额"),
    "magic_what": ("What happens", "结果"),
    "magic_refused": ("refused, {code}", "拒绝,{code}"),
    "magic_silent": ("no answer for {minutes} minutes", "{minutes} 分钟内无答复"),
    "magic_silent_days": ("no answer for {days} days", "{days} 天内无答复"),
    "magic_back": ("paid, and charged back later", "付款成功,之后被拒付"),
    "magic_then": ("{first}, then {second}", "{first},然后{second}"),
    "magic_paid": ("paid", "付款成功"),
    # ---- what is wrong with what was sent ----
    "fault": ("Not paid yet", "尚未付款"),
    "fault_method": ("Choose how you want to pay.", "请选择付款方式。"),
    "fault_token": (
        "Enter the token of your card: letters, digits, - and _, at most 80.",
        "请填写卡令牌:仅限字母、数字、- 和 _,不超过 80 个字符。",
    ),
    "fault_number": (
        "That looks like a card number. It was not kept. Enter the token.",
        "您填写的内容疑似卡号,系统未保存。请填写卡令牌。",
    ),
    "fault_price": (
        "The amount has changed since you opened this page. Look at the new one and pay again.",
        "页面打开后金额已变化,请核对新金额后再次付款。",
    ),
    "fault_form": ("This page was not sent whole. Try again.", "提交内容不完整,请重试。"),
    # ---- how it goes ----
    "pending": ("Your payment is under way", "付款处理中"),
    "pending_text": (
        "We wait for the answer of the bank. You have paid once; do not pay again elsewhere.",
        "正在等待银行答复。您的付款只会执行一次,请勿在其他地方重复付款。",
    ),
    "refreshes": (
        "This page looks again every {seconds} seconds.",
        "本页面每 {seconds} 秒自动刷新。",
    ),
    "look": ("Look now", "立即刷新"),
    "review": ("We are looking at your payment", "付款正在审核"),
    "review_text": (
        "A person looks at it before it goes on. You need do nothing; come back later.",
        "付款需经人工审核后继续,您无需操作,请稍后再查看。",
    ),
    "stopped": ("This payment cannot be taken", "无法受理此付款"),
    "stopped_text": (
        "No money was taken. Please talk to the seller about another way.",
        "未扣除任何款项。请联系卖家商议其他方式。",
    ),
    "action": ("Your bank or wallet wants to hear from you", "银行或钱包需要您确认"),
    "action_text": (
        "Confirm the payment there until {until}, then come back here. This page goes on.",
        "请在 {until} 前到对方页面确认付款,然后返回本页面,页面会自动更新。",
    ),
    "action_go": ("Go and confirm (opens a new page)", "前往确认(打开新页面)"),
    "code": ("Scan to pay", "扫码付款"),
    "code_how": (
        "Scan the code with the app of your bank until {until}. This page goes on by itself.",
        "请在 {until} 前使用银行应用扫码付款,页面会自动更新。",
    ),
    "code_alt": ("QR code that asks for {amount}", "收款二维码:{amount}"),
    "code_text": (
        "On this device? Copy this into the app of your bank.",
        "在本机付款?请复制以下内容到银行应用。",
    ),
    "action_none": (
        "Confirm the payment in the app of your bank.",
        "请在您的银行应用中确认付款。",
    ),
    "paid": ("Paid. Thank you!", "付款成功,谢谢!"),
    "paid_text": (
        "{seller} knows. Keep this as your receipt.",
        "{seller} 已收到通知,请保存此凭证。",
    ),
    "returned": ("This order was paid, and money went back", "该订单已付款,款项已退回"),
    "returned_text": (
        "What went back, and when, is on the statement of your card or account.",
        "退回的金额和时间请见您的银行卡或账户对账单。",
    ),
    "receipt": ("Receipt", "付款凭证"),
    "reference": ("Reference", "付款编号"),
    "paid_at": ("Paid at", "付款时间"),
    "method": ("Paid by", "付款方式"),
    "back": ("Back to {seller}", "返回 {seller}"),
    # ---- refusals ----
    "refused": ("The payment was not made", "付款未成功"),
    "refused_next": (
        "No money was taken. You can try again, or choose another way.",
        "未扣除任何款项。您可以重试,或选择其他付款方式。",
    ),
    "why_funds": (
        "There is not enough money on the card or account.",
        "银行卡或账户余额不足。",
    ),
    "why_expired": ("The card has expired.", "银行卡已过期。"),
    "why_instrument": ("The card number was not accepted.", "银行卡信息未被接受。"),
    "why_limit": ("The amount is above a limit of your bank.", "金额超过您银行的限额。"),
    "why_account": ("The bank account is closed or unknown.", "银行账户已关闭或不存在。"),
    "why_time": ("The bank did not hear from you in time.", "您未在规定时间内向银行确认。"),
    "why_rail": (
        "The bank could not be reached. Nothing is wrong with your card or account.",
        "暂时无法连接银行,您的银行卡或账户没有问题。",
    ),
    "why_method": (
        "This way to pay is not open for you now.",
        "此付款方式目前不可用。",
    ),
    "why_bank": (
        "Your bank said no and gave no reason we can pass on. Ask your bank.",
        "银行拒绝了付款且未提供可转告的原因,请咨询您的银行。",
    ),
    # ---- ends ----
    "unknown": ("There is no such page", "页面不存在"),
    "unknown_text": (
        "Check the address, or ask the seller for a new one.",
        "请检查网址,或向卖家索取新的链接。",
    ),
    "expired": ("This link has ended", "链接已过期"),
    "expired_text": (
        "It could be paid until {until}. No money was taken. Ask the seller for a new one.",
        "付款截止时间为 {until}。未扣除任何款项,请向卖家索取新的链接。",
    ),
    "cancelled": ("The seller has cancelled this link", "卖家已取消此链接"),
    "cancelled_text": (
        "No money was taken. Ask the seller for a new one if you still want to pay.",
        "未扣除任何款项。如仍需付款,请向卖家索取新的链接。",
    ),
    "closed_now": ("This order cannot be paid here now", "目前无法在此付款"),
    "closed_now_text": (
        "There is no way to pay it for your country and currency. Please talk to the seller.",
        "您所在的国家和币种暂无可用的付款方式,请联系卖家。",
    ),
    "limited": ("Too many attempts", "尝试次数过多"),
    "limited_text": (
        "No money was taken by the last one. Wait {minutes} minutes, then open this page again.",
        "最后一次尝试未扣除任何款项。请等待 {minutes} 分钟后重新打开本页面。",
    ),
    "elsewhere": ("This was not sent from our page", "请求并非来自本页面"),
    "elsewhere_text": (
        "Open the link yourself and pay there. Nothing was done.",
        "请自行打开链接付款。系统未执行任何操作。",
    ),
    "busy": ("We cannot answer now", "系统暂时繁忙"),
    "busy_text": (
        "Open this page again in a moment. If you have paid, it is known, and you pay once.",
        "请稍后重新打开本页面。如已付款,系统会保留记录,且只会扣款一次。",
    ),
}
# Why a rail said no, as far as a buyer can do something about it; all else is `why_bank`.
# By the code of a refusal, a rail's or the house's own; the others are left to the bank to explain.
WHY: Final[Mapping[str, str]] = {
    Decline.INSUFFICIENT_FUNDS: "why_funds",
    Decline.EXPIRED_INSTRUMENT: "why_expired",
    Decline.INVALID_INSTRUMENT: "why_instrument",
    Decline.INVALID_ACCOUNT: "why_account",
    Decline.ACCOUNT_CLOSED: "why_account",
    Decline.ABANDONED: "why_time",
    Decline.TIMED_OUT: "why_time",
    TIMED_OUT: "why_time",
    Decline.RAIL_DOWN: "why_rail",
    Decline.LIMIT_EXCEEDED: "why_limit",
    Decline.KIND_NOT_TAKEN: "why_method",
    Decline.CURRENCY_NOT_TAKEN: "why_method",
    Decline.AMOUNT_NOT_TAKEN: "why_method",
    Decline.NOT_CONFIGURED: "why_method",
    **dict.fromkeys((code.code for code in no_rail.CODES), "why_method"),
    "no_rate": "why_method",
    "party_not_active": "why_method",
    "price_changed": "fault_price",
}
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_CURRENCIES_ZH: Final[Mapping[str, str]] = {
    "AUD": "澳元",
    "BRL": "巴西雷亚尔",
    "CAD": "加元",
    "CHF": "瑞士法郎",
    "CNY": "人民币",
    "EUR": "欧元",
    "GBP": "英镑",
    "HKD": "港元",
    "IDR": "印尼盾",
    "INR": "印度卢比",
    "JPY": "日元",
    "KRW": "韩元",
    "MXN": "墨西哥比索",
    "MYR": "马来西亚林吉特",
    "NZD": "新西兰元",
    "PHP": "菲律宾比索",
    "SEK": "瑞典克朗",
    "SGD": "新加坡元",
    "THB": "泰铢",
    "USD": "美元",
}


def money_said(amount: Money, language: Language) -> str:
    """Return an amount for people, always with its currency: `1,234.50 GBP`."""
    whole, point, rest = decimal_text(amount).partition(".")
    text = f"{int(whole):,}{point}{rest}"
    name = _CURRENCIES_ZH.get(amount.currency)
    if language == "zh" and name:
        return f"{text} {name}({amount.currency})"
    return f"{text} {amount.currency}"


def rate_said(rate: Decimal) -> str:
    """Return a rate without the zeros at its end."""
    return f"{rate.normalize():f}"


def day_said(day: date, language: Language) -> str:
    """Return a day for people."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_said(moment: datetime, language: Language) -> str:
    """Return a moment for people, in UTC and saying so."""
    return f"{day_said(moment.date(), language)} {moment:%H:%M} UTC"


def said(language: Language, key: str, **values: object) -> str:
    """Return a sentence. Values are put in as they are: whoever makes HTML of it escapes it all."""
    return WORDS[key][1 if language == "zh" else 0].format_map(values)
