"""What is told of connections that could not be made."""

from __future__ import annotations

import ssl

import pytest

from pystackdsl.swarm.engine.broken import unreachable
from pystackdsl.swarm.engine.endpoint import Endpoint


@pytest.mark.parametrize(
    "refusal",
    [ssl.SSLError(1, "a failure without a reason"), ssl.SSLEOFError(8, "EOF occurred in violation of protocol")],
)
def test_a_tls_connection_that_ends_without_a_word_is_told(refusal: ssl.SSLError) -> None:
    place = Endpoint("tcp://127.0.0.1:2376", "tcp://127.0.0.1:2376")
    assert str(unreachable(place, refusal)).startswith(
        "the TLS connection to the Docker daemon at tcp://127.0.0.1:2376 failed: the daemon closed it without a word"
    )
