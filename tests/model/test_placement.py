"""Constraints and preferences: expressions, texts, and the Engine's grammar."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from pystackdsl.diagnostics import InvalidText, InvalidType, StackError
from pystackdsl.model.placement import Constraint, Placement, Preference, engine, node, spread
from pystackdsl.model.variable import Open, environment, var

# What a real Engine said of each of these.
ACCEPTED = r"""
    node.role==manager|node.role == manager|node.role  !=  worker|Node.Role==Manager|node.labels.x==y|node.labels.a.b==c
    engine.labels.x==y|engine.labels.X!=Y|node.id==abc|node.hostname==a b|node.ip==10.0.0.1|node.ip==10.0.0.0/8
    node.platform.os==linux|node.platform.arch==x86_64|node.role==boss|node.labels.x==-1|node.labels.x==+1|node.labels.x==^a$
    node.labels.x==a|node.labels.x==a?b|node.labels.x==[a]|node.labels.x==a\b|node.labels.x==a_b|node.labels.x==a:b
    node.labels.x==a/b|node.labels.x==a*|node.labels.x==(a)|node.labels.x==1.5|NODE.LABELS.x==y|node.hostname!=node-1
    node.role==manager | node.role==manager|node.labels.-x==y|node.labels._x==y|node.labels.a_b==c|node.labels.x ==a
""".strip("\n")
REFUSED = """
    node.role=manager|node.role|node.role==|==manager|node.labels.a b==c|node.labels.x==é|node.labels.é==x|node.labels.x=="y"
    node.labels.x=='y'|node.labels.x==y==z|node.labels.x!==y|node.labels.x===y|node.labels.x==!y|node.labels.x==y,z
    node.labels.x==a;b|node.labels.x==a@b|node.labels.x==a{b|node.labels.x==a#b|node.labels.x==a&b|node.labels.x==a=b
    node.labels.x==a!b|node.labels.x==~a|node.labels.x==a`b|node.labels.x==a<b|node.labels.x== ||foo|1==2|-x==y
    node.role>manager|node.labels.x~=y|a==b|node.labels.x==%|node.labels.x!=|node.labels.x != y != z|!node.role==x
    node.labels.a-b/c==d|node.labels.a:b==c|node.labels.a@b==c
""".strip("\n")


def texts(lines: str) -> list[str]:
    return [text for line in lines.splitlines() for text in line[4:].split("|")]


@pytest.mark.parametrize(
    "text", [*texts(ACCEPTED), "node.role\t==\tmanager", "node.labels.x==a\tb", "node.labels.x==a|b"]
)
def test_what_an_engine_takes(text: str) -> None:
    assert str(Constraint.parse(text)) == text


@pytest.mark.parametrize("text", texts(REFUSED))
def test_what_every_engine_refuses(text: str) -> None:
    with pytest.raises(InvalidText, match="is not a placement constraint"):
        Constraint.parse(text)


@pytest.mark.parametrize(
    "text", ["node.foo==bar", "engine.foo==x", "node.platform==x", "node.labels==y", "node.labels.==y"]
)
def test_a_key_that_no_node_has_is_refused(text: str) -> None:
    """An Engine takes these and then never finds a node that meets them."""
    with pytest.raises(InvalidText, match="is not a placement constraint"):
        Constraint.parse(text)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (node.role == "manager", "node.role == manager"),
        (node.labels.zone != "b", "node.labels.zone != b"),
        (node.labels["rack-row"] == "7", "node.labels.rack-row == 7"),
        (node.platform.os == "linux", "node.platform.os == linux"),
        (node.platform.arch != "x86_64", "node.platform.arch != x86_64"),
        (engine.labels.storage == "ssd", "engine.labels.storage == ssd"),
        (node.id == "abc", "node.id == abc"),
        (node.hostname == "n1", "node.hostname == n1"),
        (node.ip == "10.0.0.0/8", "node.ip == 10.0.0.0/8"),
        ("manager" == node.role, "node.role == manager"),  # noqa: SIM300 - the other way round
    ],
)
def test_expressions(made: Any, text: str) -> None:
    assert isinstance(made, Constraint)
    assert str(made) == text
    assert Placement(constraints=[text]).constraints == (made,)


def test_equality_is_by_meaning_and_spelling_is_kept() -> None:
    assert Constraint.parse("Node.Role==manager") == (node.role == "manager")
    assert str(Constraint.parse("Node.Role==manager")) == "Node.Role==manager"
    assert hash(Constraint.parse("node.role==manager")) == hash(node.role == "manager")
    assert (node.role == "manager") != (node.role != "manager")
    assert (node.labels.Zone == "a") != (node.labels.zone == "a")


@pytest.mark.parametrize("value", [node.role == "manager", spread(node.labels.rack)])
def test_they_are_values(value: Constraint | Preference) -> None:
    for again in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert again == value
    with pytest.raises(AttributeError):
        value.text = "x"  # type: ignore[union-attr,misc]


def test_spread_takes_a_label_or_text() -> None:
    assert spread(node.labels.rack) == spread("node.labels.rack") == Preference(spread="node.labels.rack")


@pytest.mark.parametrize(
    ("make", "words", "cure"),
    [
        (lambda: Placement(constraints=["node.rol == manager"]), "is not a placement", 'did you mean "node.role"?'),
        (lambda: Placement(constraints=["zone == b"]), "is not a placement", "a label of your own is node.labels.zone"),
        (lambda: Placement(constraints=["node.role = x"]), "is not a placement", 'write "node.role == x"'),
        (lambda: Placement(constraints="node.role == x"), "wrong type", "put it in a list: ['node.role == x']"),
        (lambda: node.labels.slots == 3, "a node is compared with text", 'write node.labels.slots == "3"'),
        (
            lambda: bool(node.role == "a") and bool(node.id == "b"),
            "it is neither true nor false",
            "put it into Placement(constraints=[…]); two conditions are two items of the list",
        ),
        (lambda: node.role in ["a", "b"], "it is neither true nor false", None),
    ],
)
def test_common_mistakes_have_a_cure(make: Any, words: str, cure: str | None) -> None:
    with pytest.raises(StackError) as caught:
        make()
    finding = caught.value.findings[0]
    assert words in finding.summary
    assert cure is None or finding.help == cure


@pytest.mark.parametrize("value", [3, True, None, node.role])
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(InvalidType):
        Placement(constraints=[value])


def test_variables_stay_open() -> None:
    reset = environment.set(None)
    try:
        placement = Placement(constraints=[f"node.labels.zone == {var('ZONE')}", node.labels.zone != var("ZONE")])
    finally:
        environment.reset(reset)
    assert placement.constraints is not None
    first, second = placement.constraints
    assert isinstance(first, Open)
    assert isinstance(second, Open)
    assert (second.text.partition(" != ")[0], "ZONE" in second.text) == ("node.labels.zone", True)
