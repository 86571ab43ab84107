"""Resources exchanged: every reference follows, all else stays."""

from __future__ import annotations

import copy
import typing

import attrs
import pytest

import pystackdsl
from pystackdsl import Config, CredentialSpec, Network, Secret, Service, Stack, Volume, default_network, evolve
from pystackdsl.compose.codec import spell
from pystackdsl.compose.exchange import exchanged
from pystackdsl.model.alteration import altered
from pystackdsl.model.key import keys_of
from pystackdsl.model.value import Value


@pytest.fixture
def stack() -> Stack:
    net, data, pw, conf, other = Network(), Volume(), Secret(file="pw"), Config(file="conf"), Config(file="other")
    db = Service(image="db", networks=[net], volumes=[data.at("/data")], secrets=[pw], labels={"p": pw.path})
    web = Service(
        image="web",
        depends_on=[db],
        networks=[net.alias("w"), default_network],
        secrets=[pw.at("x", mode=0o400)],
        configs=[conf, other, conf.at("/etc/conf")],
        credential_spec=CredentialSpec(config=conf),
        environment={"CONF": conf.path, "PW": f"file:{pw.path}"},
        command=["--config", conf.path],
    )
    held = {"db": db, "web": web, "lone": Service(image="lone"), "net": net, "data": data, "conf": conf}
    return Stack.of(held, {"pw": pw, "other": other}, name="s", base="/base")


def test_references_follow(stack: Stack) -> None:
    before = spell(stack)
    others = {
        id(stack.secrets["pw"]): altered(stack.secrets["pw"], name="pw-1"),
        id(stack.configs["conf"]): altered(stack.configs["conf"], file="elsewhere"),
    }
    twin = exchanged(stack, others)
    assert spell(stack) == before
    assert spell(twin) == spell(_by_hand(stack)) != before
    assert (list(twin.services), twin.name, twin.base) == (list(stack.services), stack.name, stack.base)


def _by_hand(stack: Stack) -> Stack:
    """The same change, made in a copy that shares nothing."""
    twin = copy.deepcopy(stack)
    twin.secrets["pw"].__dict__["name"] = "pw-1"
    twin.configs["conf"].__dict__["file"] = "elsewhere"
    return twin


def test_nothing_to_exchange(stack: Stack) -> None:
    assert exchanged(stack, {}) is stack


def test_what_does_not_change_is_shared(stack: Stack) -> None:
    twin = exchanged(stack, {id(stack.configs["conf"]): altered(stack.configs["conf"])})
    assert twin == stack
    assert twin.networks is stack.networks
    assert twin.secrets["pw"] is stack.secrets["pw"]
    assert twin.services["web"].networks is stack.services["web"].networks
    assert twin.services["web"].configs is not stack.services["web"].configs
    assert twin.services["web"].depends_on == (twin.services["db"],)


def test_services_that_wait_for_one_another() -> None:
    one = Service(image="one")
    two = evolve(one, image="two", depends_on=[one])
    one.__dict__["depends_on"] = (two,)
    conf = Config(file="a")
    stack = Stack.of({"one": one, "two": two, "conf": conf})
    twin = exchanged(stack, {id(conf): altered(conf, file="b")})
    assert twin.services["one"].depends_on == (twin.services["two"],)
    assert twin.services["two"].depends_on == (twin.services["one"],)


def test_an_altered_resource_keeps_what_it_is_known_by() -> None:
    conf = Config(file="a")
    path = conf.path
    twin = altered(conf, file="b")
    assert (twin.path, twin.origin, twin.file, conf.file) == (path, conf.origin, "b", "a")
    assert type(twin) is Config


def test_only_services_and_stacks_refer_to_secrets_and_configs() -> None:
    """The parts of services are made anew; a reference that stood anywhere else would be left behind."""
    classes = {name: getattr(pystackdsl, name) for name in pystackdsl.__all__}
    found = {
        f"{name}.{field}"
        for name, cls in classes.items()
        if isinstance(cls, type) and issubclass(cls, Value) and attrs.has(cls)
        for field, (_, hint) in keys_of(cls).items()
        if {Secret, Config} & set(_parts(hint))
    }
    in_services = {"ConfigGrant.config", "CredentialSpec.config", "SecretGrant.secret"}
    assert found == in_services | {"Stack.configs", "Stack.secrets"}


def _parts(hint: object) -> list[object]:
    return [hint, *(part for inner in typing.get_args(hint) for part in _parts(inner))]
