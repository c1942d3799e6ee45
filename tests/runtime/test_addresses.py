"""Which addresses somebody may have us send to."""

import pytest

from usance.runtime.addresses import is_public


@pytest.mark.parametrize(
    ("_case", "address", "public"),
    [
        ("a public one", "93.184.215.14", True),
        ("a public one of IPv6", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("a public one, mapped", "::ffff:93.184.215.14", True),
        ("loopback", "127.0.0.1", False),
        ("all of loopback", "127.8.9.10", False),
        ("loopback of IPv6", "::1", False),
        ("this network", "0.0.0.0", False),
        ("unspecified", "::", False),
        ("RFC 1918, 10", "10.255.0.1", False),
        ("RFC 1918, 172", "172.16.0.1", False),
        ("RFC 1918, 192", "192.168.1.1", False),
        ("link-local", "169.254.0.1", False),
        ("metadata of many clouds", "169.254.169.254", False),
        ("metadata behind CGNAT", "100.100.100.200", False),
        ("the agent of a cloud, on a public number", "168.63.129.16", False),
        ("metadata on a unique local address", "fd00:ec2::254", False),
        ("CGNAT", "100.64.0.1", False),
        ("unique local", "fc00::1", False),
        ("link-local of IPv6", "fe80::1", False),
        ("link-local with a zone", "fe80::1%eth0", False),
        ("site-local", "fec0::1", False),
        ("multicast", "224.0.0.1", False),
        ("multicast of IPv6", "ff02::1", False),
        ("broadcast", "255.255.255.255", False),
        ("reserved", "240.0.0.1", False),
        ("for documents", "192.0.2.1", False),
        ("benchmarks", "198.18.0.1", False),
        ("mapped loopback", "::ffff:127.0.0.1", False),
        ("mapped private", "::ffff:10.0.0.1", False),
        ("compatible loopback", "::127.0.0.1", False),
        ("6to4 of a private one", "2002:0a00:0001::1", False),
        ("NAT64 of metadata", "64:ff9b::a9fe:a9fe", False),
        ("NAT64 for local use", "64:ff9b:1::a00:1", False),
        ("Teredo of a private client", "2001:0:5ef5:79fd:0:59a:f5ff:fffe", False),
        ("a name", "localhost", False),
        ("nothing", "", False),
        ("a number", "2130706433", False),
        ("octal", "0177.0.0.1", False),
    ],
)
def test_it_is_told_apart(_case, address, public):
    assert is_public(address) is public
