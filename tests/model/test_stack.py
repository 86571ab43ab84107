"""Stacks: keys from where resources are held, names, equality, and copies."""

from __future__ import annotations

import copy
import pickle
import types
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

from pystackdsl import (
    KEEP,
    Config,
    Deploy,
    Network,
    Root,
    Secret,
    Service,
    Stack,
    Volume,
    default_network,
    evolve,
)
from pystackdsl.diagnostics import InvalidStack, InvalidType
from pystackdsl.model.value import recording


def keys(stack: Stack) -> list[tuple[str, str]]:
    return [(kind, key) for kind, key, _ in stack.resources()]


def test_keys_are_the_names_of_variables() -> None:
    db, back, data = Service(image="a"), Network(), Volume()
    stack = Stack.of(
        {"db": db, "my_net": back, "data": data, "key": Secret(file="a"), "conf": Config(file="b"), "n": 3}
    )
    assert keys(stack) == [
        ("services", "db"),
        ("networks", "my_net"),
        ("volumes", "data"),
        ("secrets", "key"),
        ("configs", "conf"),
    ]
    assert stack.services["db"] is db


def test_modules_classes_and_mappings_hold_resources() -> None:
    module = types.ModuleType("m")
    module.api = Service(image="a")  # type: ignore[attr-defined]

    class Base:
        db = Service(image="a")
        net = Network()
        _private = Service(image="a")

        def method(self) -> None: ...

    class Shop(Base):
        db = Service(image="b")

    stack = Stack.of(module, Shop, {"web": Service(image="c")})
    assert keys(stack) == [("services", "api"), ("services", "db"), ("services", "web"), ("networks", "net")]
    assert stack.services["db"].image == "b"


def test_private_names_are_templates() -> None:
    assert keys(Stack.of({"_db": Service(image="a"), "__x": Network(), "_all": {"a": Service(image="a")}})) == []


def test_a_dict_of_resources_gives_its_keys() -> None:
    fleet = {f"web-{i}": Service(image="a") for i in range(2)}
    data = Volume()
    stack = Stack.of(
        {"fleet": fleet, "more": OrderedDict({"data": data, "a.b": Secret(file="a"), 1: Config(file="a")})}
    )
    assert keys(stack) == [
        ("services", "web-0"),
        ("services", "web-1"),
        ("volumes", "data"),
        ("secrets", "a.b"),
        ("configs", "1"),
    ]


def test_kinds_have_names_of_their_own() -> None:
    db = {"db": Volume()}
    stack = Stack.of({"db": Service(image="a"), "volumes": db, "networks": {"db": Network()}})
    assert keys(stack) == [("services", "db"), ("networks", "db"), ("volumes", "db")]


def test_the_key_of_a_dict_wins_over_a_variable() -> None:
    web = Service(image="a")
    assert keys(Stack.of({"web": web, "all": {"web-1": web}})) == [("services", "web-1")]


def test_later_namespaces_win() -> None:
    first, second = Service(image="a"), Service(image="b")
    stack = Stack.of({"web": first}, {"web": second}, {"web_": 1})
    assert stack.services["web"] is second


def test_other_values_do_not_matter() -> None:
    other = {
        "n": 1,
        "empty": {},
        "nothing": [],
        "text": "web",
        "options": {"a": "b"},
        "parts": [Deploy()],
        "s": Stack(),
    }
    assert keys(Stack.of({**other, "web": Service(image="a"), "default": default_network})) == [("services", "web")]


def test_what_the_root_says() -> None:
    root = Root(version="3.8", x={"x-a": 1}, name="shop")
    stack = Stack.of({"compose": root})
    assert (stack.version, stack.x, stack.name) == ("3.8", {"x-a": 1}, "shop")
    assert Stack.of({"compose": root}, name="other").name == "other"
    assert Stack.of({"compose": Root(version="3.0")}, {"compose": root}).version == "3.8"
    assert Stack.of({}, base="x").base == Path("x")


WEB = Service(image="a")


@pytest.mark.parametrize(
    ("namespace", "words", "help"),
    [
        (
            {"web": WEB, "site": WEB},
            "one service has two names, web and site",
            "keep one name; for a second service that says the same write site = evolve(web)",
        ),
        (
            {"all": {"web": WEB, "site": WEB}},
            "one service has two names, web and site",
            "keep one name; for a second service that says the same write site = evolve(web)",
        ),
        (
            {"web": WEB, "all": {"web": Service(image="a")}},
            "two services have the name web",
            "give one of them another name",
        ),
        (
            {"workers": [WEB]},
            "workers is a list of resources, which gives them no names",
            'write workers = {"worker-1": …, …}, or begin the name with _ if they are not deployed',
        ),
        ({"workers": (WEB, 3)}, "workers is a list of resources, which gives them no names", None),
        ({"workers": {WEB}}, "workers is a list of resources, which gives them no names", None),
        ({1: [WEB]}, "1 is a list of resources, which gives them no names", None),
        (
            {"mixed": {"web": WEB, "port": 80}},
            'mixed holds resources and other things, such as "port"',
            "move the other things into a dict of their own",
        ),
    ],
)
def test_resources_without_one_name_are_refused(namespace: dict[Any, Any], words: str, help: str | None) -> None:
    with pytest.raises(InvalidStack) as error:
        Stack.of(namespace)
    (finding,) = error.value.findings
    assert finding.summary == words
    assert help is None or finding.help == help
    assert finding.subjects[0].resource is not None


def test_all_faults_of_the_namespaces_are_told() -> None:
    with pytest.raises(InvalidStack) as error:
        Stack.of({"a": WEB, "b": WEB, "c": [Network()]}, {"d": {"x": WEB, "y": 1}})
    assert len(error.value.findings) == 3


def test_names() -> None:
    net, key, conf, other = Network(), Secret(file="a"), Config(file="b"), Network()
    stack = Stack(networks={"net": net}, secrets={"key": key}, configs={"conf": conf})
    names = stack.names()
    assert (names.key(net), names.key(default_network), names.holds(other)) == ("net", "default", False)
    with pytest.raises(KeyError):
        names.key(other)
    assert names.plain(f"{key.path} {conf.path}") == "/run/secrets/key /conf"
    assert names.text(f"${key.path}") == "$$/run/secrets/key"
    assert names.path(other.token) is None


def test_the_path_of_a_grant() -> None:
    key, conf = Secret(file="a"), Config(file="b")
    names = Stack(secrets={"key": key}, configs={"conf": conf}).names()
    paths = [
        key.at().path,
        key.at("x").path,
        key.at("/x").path,
        conf.at().path,
        conf.at("x").path,
        conf.at("/a/x").path,
    ]
    assert [names.plain(path) for path in paths] == ["/run/secrets/key", "/run/secrets/x", "/x", "/conf", "/x", "/a/x"]


# Identity and equality


def pair(first: Network, second: Network, used: Network) -> Stack:
    return Stack(services={"web": Service(image="a", networks=[used])}, networks={"one": first, "two": second})


def test_resources_are_equal_only_to_themselves() -> None:
    one, two = Network(), Network()
    assert one != two
    assert len({one, two, one}) == 2
    assert Service(image="a", networks=[one]) != Service(image="a", networks=[one])


def test_which_of_two_equal_networks_is_used_matters() -> None:
    one, two = Network(), Network()
    assert pair(one, two, one) != pair(one, two, two)
    assert pair(one, two, one) == pair(two, one, two)


def test_which_of_two_equal_secrets_a_text_speaks_of_matters() -> None:
    def told(of: int) -> Stack:
        held = {"a": Secret(file="f"), "b": Secret(file="f")}
        return Stack(services={"web": Service(image="a", command=[list(held.values())[of].path])}, secrets=held)

    assert told(0) == told(0)
    assert told(0) != told(1)


def test_stacks_compare_what_they_say() -> None:
    web = Service(image="a")
    assert Stack(services={"web": web}) == Stack(services={"web": Service(image="a")}, base="elsewhere")
    assert Stack(services={"web": web}) != Stack(services={"web": Service(image="b")})
    assert Stack(services={"web": web}) != Stack(services={"site": web})
    assert Stack(services={"web": web}) != Stack(services={"web": evolve(web, environment={})})
    assert Stack(name="a") != Stack(name="b")
    assert Stack() != 3
    with pytest.raises(TypeError):
        hash(Stack())


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda stack: pickle.loads(pickle.dumps(stack))])
def test_a_copy_of_a_stack_is_valid(clone: Any) -> None:
    key, net = Secret(file="a"), Network()
    web = Service(image="a", networks=[net.alias("x"), default_network], secrets=[key], environment={"KEY": key.path})
    stack = Stack(services={"web": web}, networks={"net": net}, secrets={"key": key}, name="shop")
    other = clone(stack)
    assert other == stack
    names = other.names()
    said = other.services["web"]
    assert [names.key(each.network) for each in said.networks] == ["net", "default"]
    assert said.networks[1].network is default_network
    assert names.plain(said.environment["KEY"]) == "/run/secrets/key"


def test_a_copy_of_a_resource_is_another_resource() -> None:
    """With a path of its own, and known to the loader as made."""
    key = Secret(file="a")
    path = key.path
    made = recording.set([])
    try:
        again = copy.copy(key)
        assert recording.get() == [again]
    finally:
        recording.reset(made)
    assert again is not key
    assert again.path != path
    assert again.file == "a"
    assert again.origin is not None
    assert again.origin.evolved_from is key


def test_an_origin_knows_its_maker_and_its_asker() -> None:
    def make() -> Service:
        return Service(image="a")

    first = make()
    second = evolve(first, image="b").with_deploy(replicas=2)
    for service in (first, second):
        assert service.origin is not None
        names = [code.co_name for code, _ in service.origin.frames]
        assert names[:2] == (
            ["make", "test_an_origin_knows_its_maker_and_its_asker"] if service is first else names[:2]
        )
        assert "__init__" not in names
        assert names[0] in ("make", "test_an_origin_knows_its_maker_and_its_asker")
    assert second.origin is not None
    assert isinstance(second.origin.evolved_from, Service)
    assert second.origin.evolved_from.image == "b"
    assert pickle.loads(pickle.dumps(first)).origin is None


def test_made_resources_are_recorded() -> None:
    made = recording.set([])
    try:
        net = Network()
        web = evolve(Service(image="a", networks=[net]), image="b")
        found = recording.get()
    finally:
        recording.reset(made)
    assert found is not None
    assert found[0] is net
    assert found[-1] is web
    assert len(found) == 3


def test_a_stack_is_shown_without_what_is_not_said() -> None:
    stack = Stack(services={"web": Service(image="a", deploy=Deploy(replicas=2))})
    assert repr(stack.services["web"]) == "Service(image='a', deploy=Deploy(replicas=2))"
    assert "secret" not in repr(Secret(content="hunter2", values={"a": 1})).lower().replace("secret(", "")
    assert "hunter2" not in repr(Stack(secrets={"key": Secret(content="hunter2")}))


@pytest.mark.parametrize(
    ("found", "what", "cure"),
    [
        (3, "an int", ""),
        ("web.py", "a str", ""),
        (None, "None", ""),
        (keys, "a function", "give what it returns, or a class"),
        ([Service()], "a list", 'a list gives no names: write {"web": web, …}'),
        (Service(), "a Service", "a resource has no name of its own: write Stack.of({NAME: …})"),
    ],
)
def test_what_holds_no_names_makes_no_stack(found: Any, what: str, cure: str) -> None:
    given: list[Any] = [found, 4.5]
    with pytest.raises(InvalidType) as caught:
        Stack.of({"web": Service()}, *given)
    first, second = caught.value.findings
    assert first.summary == f"Stack.of() is given {what}, which holds no resources under names"
    assert first.expected == 'a mapping such as {"web": web}, a module or a class'
    assert first.help == cure
    assert second.summary.startswith("Stack.of() is given a float")


def test_objects_with_attributes_make_a_stack() -> None:
    held: Any = types.SimpleNamespace(web=Service())
    assert keys(Stack.of(held)) == [("services", "web")]


def test_there_is_one_keep() -> None:
    deploy = Deploy(replicas=KEEP)
    assert repr(deploy) == "Deploy(replicas=KEEP)"
    assert copy.deepcopy(deploy).replicas is KEEP
    assert pickle.loads(pickle.dumps(deploy)).replicas is KEEP
    with pytest.raises(InvalidType, match="a whole number or KEEP"):
        Deploy(replicas="many")  # type: ignore[arg-type]
