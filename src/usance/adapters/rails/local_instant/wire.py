"""What a local instant scheme's bank says: the objects of Brazil's API Pix, as far as we read them.

The API is a public standard (Banco Central do Brasil, API Pix 2.x); payouts by a key are not in it
and are in the form in which banks add them. Amounts are decimal text, times ISO 8601.
"""

from datetime import datetime

import msgspec


class Object(msgspec.Struct, frozen=True):
    """Base of what is read: unknown fields are nobody's mistake."""


class Times(Object, frozen=True):
    """When something was asked for, and when its money moved."""

    solicitacao: datetime | None = None
    liquidacao: datetime | None = None


class Devolucao(Object, frozen=True):
    """Money on its way back. status: EM_PROCESSAMENTO, DEVOLVIDO, NAO_REALIZADO.

    id: who sends it back gave it. rtr_id: the scheme's own. natureza: why; MED_… where the payer's
    bank took it for fraud or a mistake of its own. motivo: a sentence, where it failed.
    """

    id: str
    valor: str
    status: str
    rtr_id: str = msgspec.field(default="", name="rtrId")
    natureza: str = ""
    motivo: str = ""
    horario: Times = Times()


class Extras(Object, frozen=True):
    """What some banks add. tarifa: what the bank keeps of the money."""

    tarifa: str = "0"


class Pix(Object, frozen=True):
    """Money that has come in. end_to_end: the scheme's reference of it."""

    end_to_end: str = msgspec.field(name="endToEndId")
    valor: str
    horario: datetime
    txid: str = ""
    devolucoes: tuple[Devolucao, ...] = ()
    extras: Extras = msgspec.field(default=Extras(), name="gnExtras")


class Valor(Object, frozen=True):
    """What a request for payment asks for."""

    original: str


class Cob(Object, frozen=True):
    """A request for one payment. copia_e_cola: the text of its QR code.

    status: ATIVA, CONCLUIDA, REMOVIDA_PELO_USUARIO_RECEBEDOR, REMOVIDA_PELO_PSP.
    """

    txid: str
    status: str
    valor: Valor
    location: str = ""
    copia_e_cola: str = msgspec.field(default="", name="pixCopiaECola")
    pix: tuple[Pix, ...] = ()


class Envio(Object, frozen=True):
    """A payout to a key. status: EM_PROCESSAMENTO, REALIZADO, NAO_REALIZADO."""

    status: str
    valor: str
    id_envio: str = msgspec.field(default="", name="idEnvio")
    end_to_end: str = msgspec.field(default="", name="endToEndId")
    motivo: str = ""


class Violation(Object, frozen=True):
    """What was wrong with one field."""

    razao: str = ""
    propriedade: str = ""


class Problem(Object, frozen=True):
    """The body of what is no success (RFC 7807). type: an address that ends in a word."""

    type: str = ""
    title: str = ""
    status: int = 0
    detail: str = ""
    violacoes: tuple[Violation, ...] = ()


class Paging(Object, frozen=True):
    """Which page of how many, from 0."""

    paginaAtual: int = 0  # noqa: N815 - the standard's word
    quantidadeDePaginas: int = 1  # noqa: N815


class Asked(Object, frozen=True):
    """What a list was asked for."""

    paginacao: Paging = Paging()


class Page(Object, frozen=True):
    """One page of what came in."""

    parametros: Asked = Asked()
    pix: tuple[Pix, ...] = ()


class Notice(Object, frozen=True):
    """What the bank posts to us."""

    pix: tuple[Pix, ...]
