"""Which hosts are trusted, name by name."""

import pytest

from data.settings import on_this_machine_only
from server.headers import policy
from server.hosts import Host, is_trusted, read, trusted


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("127.0.0.1:8501", Host("127.0.0.1", 8501)),
        ("LocalHost", Host("localhost")),
        ("localhost.:80", Host("localhost", 80)),
        ("[::1]:8501", Host("::1", 8501)),
        ("[0:0:0:0:0:0:0:1]", Host("::1")),
        ("reports.example.com", Host("reports.example.com")),
    ],
)
def test_a_name_is_read_whatever_its_case_its_last_point_or_its_way_of_writing_an_address(written, host):
    assert read(written) == host


@pytest.mark.parametrize(
    "written",
    ["", " ", ":8501", "localhost:", "localhost:99999", "localhost:80:80", "localhost..", ".localhost", "a@localhost", "localhost/x",
     "localhost#", "http://localhost", "[::1", "::1", "[localhost]", "[::g]", "*", "*.example.com", "localhost,evil.example",
     "localhost evil.example", "localhost\t", "localhost\n", "löcal", "localhost:٣"],
)  # fmt: skip
def test_anything_else_is_no_host(written):
    assert read(written) is None


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "localhost:1", "127.0.0.1:65535"])
def test_this_machine_is_trusted_under_any_port(name):
    assert is_trusted(read(name), trusted("", "127.0.0.1"))


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "127.0.0.1.evil.example",
        "127.0.0.2",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "[::]",
    ],
)
def test_what_only_looks_like_this_machine_is_not(name):
    assert not is_trusted(read(name), trusted("", "127.0.0.1"))


def test_the_setting_and_the_address_add_names():
    hosts = trusted(" Reports.Example.com , 192.168.1.20:8501,", "10.0.0.7")
    assert [is_trusted(read(name), hosts) for name in ("reports.example.com:443", "192.168.1.20:8501", "10.0.0.7:8501")] == [True] * 3
    assert not is_trusted(read("192.168.1.20"), hosts) and not is_trusted(read("example.com"), hosts)
    assert trusted("", "0.0.0.0") == trusted("", "::") == trusted("", None) == trusted("", "localhost")


@pytest.mark.parametrize("entry", ["*", "https://reports.example.com", "reports.example.com/", "two words"])
def test_an_entry_that_is_no_host_is_named(entry):
    with pytest.raises(ValueError, match="is not the name of a host") as refused:
        trusted(f"localhost,{entry}", None)
    assert f"'{entry}'" in str(refused.value)


def test_an_address_is_of_this_machine_only_or_not():
    assert all(map(on_this_machine_only, ("127.0.0.1", "127.8.8.8", "::1", "localhost")))
    assert not any(
        map(on_this_machine_only, (None, "", "0.0.0.0", "::", "192.168.1.20", "10.0.0.1", "a-name", "0", "localhost.evil.example"))
    )


def test_pages_may_send_to_their_own_host_alone():
    named = {part.split()[0]: part.split()[1:] for part in policy("127.0.0.1:8501").split("; ")}
    assert named["connect-src"] == ["'self'", "ws://127.0.0.1:8501", "wss://127.0.0.1:8501"]
    assert "connect-src 'self';" in policy("[::1]:8501")
    assert not [source for sources in named.values() for source in sources if source in ("*", "ws:", "wss:", "http:", "https:")]
