"""The proxy in front of an Engine, with Docker's own client and ours."""

from __future__ import annotations

import os
import subprocess

import pytest
from rig.engine import Engine
from rig.proxy import Proxy

from pystackdsl.swarm.engine import connect
from pystackdsl.swarm.errors import Refused, Unreachable


def test_it_passes_on_and_keeps_calls(engine: Engine, proxy: Proxy) -> None:
    env = {"PATH": os.environ["PATH"], "DOCKER_HOST": proxy.host}
    run = subprocess.run([engine.client, "stack", "ls"], env=env, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("NAME")
    assert [call.line for call in proxy.calls] == ["HEAD /_ping", "GET /services"]
    assert proxy.writes == []


def test_it_breaks_off(proxy: Proxy) -> None:
    engine = connect(host=proxy.host)
    spec = {"Name": "proxied", "Labels": {}, "Data": "YQ=="}
    proxy.fail(at=1, when="before", matching="POST /configs/create")
    with pytest.raises(Unreachable) as lost:
        engine.create("configs", spec)
    assert lost.value.sent
    assert engine.inspect("configs", "proxied") is None
    proxy.reset()
    proxy.fail(when="after", matching="POST .*")
    with pytest.raises(Unreachable):
        engine.create("configs", spec)
    found = engine.inspect("configs", "proxied")
    assert found
    assert engine.inspect("configs", found["ID"]) == found
    assert engine.inspect("configs", found["ID"][:3]) is None  # which is the name of another, that is not there
    assert found
    proxy.fail(when=503, matching="DELETE .*")
    with pytest.raises(Refused) as refused:
        engine.remove("configs", found["ID"])
    assert refused.value.status == 503
    proxy.reset()
    engine.remove("configs", found["ID"])
    engine.close()
    assert [call.line for call in proxy.writes] == [f"DELETE /configs/{found['ID']}"]
