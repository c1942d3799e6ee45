"""What a party names is not where we go before it was looked at, and we go just there."""

import asyncio
import datetime as dt
import ssl
import time
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.receiver import Receiver

from usance.runtime import outgoing
from usance.runtime.outgoing import Answered, Manners, Outgoing

LOCAL = Manners(5, http=True, localhost=True)
LIVE = Manners(5)
PUBLIC = "93.184.215.14"


def resolving(*answers: list[str]) -> Callable:
    """A resolver that gives one answer after the other, the last one for ever."""
    left = list(answers)

    async def resolve(host: str, port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


def posted(url: str, manners: Manners, *addresses: list[str]) -> Answered:
    sender = Outgoing(resolving(*addresses)) if addresses else Outgoing()
    return asyncio.run(sender.post(url, b"{}", {}, manners))


@pytest.mark.parametrize(
    ("_case", "url", "manners", "addresses", "code"),
    [
        ("a name of ours", "https://x.example/", LIVE, ["10.0.0.1"], "private_address"),
        ("one of two", "https://x.example/", LIVE, [PUBLIC, "127.0.0.1"], "private_address"),
        ("mapped", "https://x.example/", LIVE, ["::ffff:169.254.169.254"], "private_address"),
        ("localhost", "https://localhost/", LIVE, ["127.0.0.1"], "private_address"),
        ("not even in a test", "http://x.example/", LOCAL, ["192.168.0.1"], "private_address"),
        (
            "a test book not told to",
            "http://x.example/",
            Manners(5, http=True),
            ["127.0.0.1"],
            "private_address",
        ),
        ("in the clear", "http://x.example/", LIVE, [PUBLIC], "not_https"),
        ("no address", "https://x.example/", LIVE, [], "not_resolved"),
    ],
)
def test_nothing_is_sent_where_nothing_may_be_sent(_case, url, manners, addresses, code):
    assert posted(url, manners, addresses) == Answered(0, code)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::1]"])
def test_however_it_is_written_it_is_resolved_before_it_is_judged(host):
    answered = posted(f"https://{host}:9/", LIVE)

    assert answered.code in {"private_address", "not_resolved"}


def test_a_name_that_leads_elsewhere_a_moment_later_does_not(monkeypatch):
    """The name is asked for once, and the connection goes to the address that was looked at."""
    asked = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    gone = []

    async def handle(self, request):
        gone.append(request)
        raise OSError("no network in tests")

    monkeypatch.setattr(outgoing.httpx.AsyncHTTPTransport, "handle_async_request", handle)
    answered = asyncio.run(Outgoing(rebinding).post("https://x.example:8443/a?b", b"", {}, LIVE))

    assert answered.code == "no_connection"
    assert asked == ["x.example"]
    [request] = gone
    assert str(request.url) == f"https://{PUBLIC}:8443/a?b"
    assert request.headers["host"] == "x.example:8443"
    assert request.extensions["sni_hostname"] == "x.example"


def test_it_is_judged_again_each_time():
    sender = Outgoing(resolving(["127.0.0.1"], ["10.0.0.1"]))

    async def twice() -> list[str]:
        receiver = await Receiver().open()
        url = receiver.url.replace("127.0.0.1", "x.example")
        said = [(await sender.post(url, b"{}", {}, LOCAL)).code for _ in range(2)]
        assert receiver.heard[0][0]["host"].startswith("x.example:")
        await receiver.close()
        return said

    assert asyncio.run(twice()) == ["", "private_address"]


def test_a_receiver_that_never_answers_or_never_ends_is_left():
    async def times() -> list[tuple[Answered, float]]:
        receiver = await Receiver().open()
        receiver.answers = [None, "HTTP/1.1 200 X\r\n\r\n" + "x" * 3_000_000, "no http at all"]
        sender, found = Outgoing(), []
        for _ in range(3):
            began = time.monotonic()
            answered = await sender.post(
                receiver.url, b"{}", {}, Manners(1, http=True, localhost=True)
            )
            found.append((answered, time.monotonic() - began))
        await receiver.close()
        return found

    (silent, waited), (endless, _), (strange, _) = asyncio.run(times())

    assert silent == Answered(0, "timed_out")
    assert waited < 30
    assert endless == Answered(200)
    assert strange == Answered(0, "no_connection")


def certificate(folder, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for a name, and a client's that trusts its maker."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(
        cadata=made.public_bytes(serialization.Encoding.PEM).decode()
    )
    return server, client


@pytest.mark.parametrize(
    ("_case", "certified", "trusted", "code"),
    [
        ("its own", "x.example", True, ""),
        ("another name's", "y.example", True, "tls_failed"),
        ("nobody's", "x.example", False, "tls_failed"),
    ],
)
def test_the_certificate_must_be_of_the_name(tmp_path, _case, certified, trusted, code):
    server, client = certificate(tmp_path, certified)

    async def post() -> Answered:
        async def serve(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 X\r\ncontent-length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server)
        port = listening.sockets[0].getsockname()[1]
        sender = Outgoing(resolving(["127.0.0.1"]), client if trusted else None)
        answered = await sender.post(f"https://x.example:{port}/", b"{}", {}, LOCAL)
        listening.close()
        return answered

    assert asyncio.run(post()).code == code
