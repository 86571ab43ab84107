"""The proof that an import builds what it was made from."""

from __future__ import annotations

from pystackdsl import Service, Stack
from pystackdsl.cli.proof import compared


def test_what_differs_is_told_without_passwords() -> None:
    held = {"DB_PASSWORD": "hunter2", "URL": "redis://:hunter2@a", "LEVEL": "one"}
    stack = Stack.of({"web": Service(image="a", environment=held, command=["run", "--token=hunter2"])})
    source = "from pystackdsl import Service\nweb = Service(image='a', environment={'LEVEL': 'two'})\n"
    told = "\n".join(compared(stack, source, None, {}, {}).differences)
    assert "services.web.environment.DB_PASSWORD: '…' and nothing" in told
    assert "services.web.environment.LEVEL: 'one' and 'two'" in told
    assert "hunter2" not in told
