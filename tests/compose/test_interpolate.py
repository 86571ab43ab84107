"""Variables in a tree: Docker's grammar, its casts, and what is said about what it gets wrong."""

from __future__ import annotations

import json

import pytest

from pystackdsl.compose.casts import declared_casts
from pystackdsl.compose.document import read
from pystackdsl.compose.interpolate import Interpolated, interpolate, pattern_casts
from pystackdsl.diagnostics import KeyPath, Place, Severity, Span
from pystackdsl.model.variable import Open, Variable

ENV = {"A": "aval", "B": "bval", "EMPTY": "", "N": "3", "DOLLAR": "$A", "VAR:?a": "odd"}


def uncast(path: tuple[str, ...]) -> None:
    return None


def run(text: str, mode="substitute") -> Interpolated:
    return interpolate({"k": text}, ENV, uncast, mode)


def errors(done: Interpolated) -> list[str]:
    return [finding.summary for finding in done.findings if finding.severity is Severity.ERROR]


def warnings(done: Interpolated) -> list[str]:
    return [finding.summary for finding in done.findings if finding.severity is Severity.WARNING]


SOUND = [
    ("plain", "plain"),
    ("$$", "$"),
    ("$$$$A", "$$A"),
    ("$$A", "$A"),
    ("$A", "aval"),
    ("${A}", "aval"),
    ("x${A}y$B z", "xavalybval z"),
    ("${A:-d}", "aval"),
    ("${EMPTY}", ""),
    ("${EMPTY:-d}", "d"),
    ("${EMPTY-d}", ""),
    ("${U:-d}", "d"),
    ("${U-d}", "d"),
    ("${U:-}", ""),
    ("${U:-with spaces\nand lines}", "with spaces\nand lines"),
    ("${U:-a:-b}", "a:-b"),
    ("${U-a:?b}", "a:?b"),
    ("${A:?m}", "aval"),
    ("${A?m}", "aval"),
    ("${EMPTY?m}", ""),
    ("${DOLLAR}", "$A"),
    ("${_x:-1}", "1"),
    ("$A.b", "aval.b"),
    ("$A$B", "avalbval"),
    ("$A/b", "aval/b"),
    ("${U:-}}", "}"),
    ("${U-a}b}", "ab}"),
    ("\u212a", "\u212a"),
]

DOUBTFUL = [
    ("$U-foo bar", "foo bar", "without braces, all that follows -"),
    ("repo/$A-suffix:$B", "repo/aval", "without braces"),
    ("$A?x", "aval", "without braces"),
    ("$A:-x} y", "aval} y", "without braces"),
    ("${U:-${A}}", "${A}", "is taken as it stands"),
    ("${U:-$A}", "$A", "is taken as it stands"),
    ("${B:?a-b}", "b", "Docker looks for a variable named B:?a"),
    ("${VAR:?a-b}", "odd", "Docker looks for a variable named VAR:?a"),
    ("${A!} $B", "{A!} bval", "which Docker forgets"),
    ("${U:?m} ${B}", " bval", "which Docker forgets"),
    ("$U", "", "U is not set"),
    ("${U}x", "x", "U is not set"),
    ("$\u017f", "", "\u017f is not set"),
]

FAULTY = [
    ("$", "$ is no variable"),
    ("a $ b", "$  is no variable"),
    ("$1", "$1 is no variable"),
    ("${1}", "${1} names no variable"),
    ("${}", "${} names no variable"),
    ("${A.B}", "${A.B} has a . behind the name A"),
    ("${A!}", "${A!} has a ! behind the name A"),
    ("${A:x}", "${A:x} has a : behind the name A"),
    ("${A", "the brace after $ is not closed"),
    ("$ {A}", "$  is no variable"),
    ("${A:+x}", "${A:+x} is a form that Docker stacks do not have"),
    ("${A+x}", "${A+x} is a form that Docker stacks do not have"),
    ("${A!} $$", "${A!} has a ! behind the name A"),
    ("$B ${A!}", "${A!} has a ! behind the name A"),
    ("${U:?m}", "U is not set: m"),
    ("${U?}", "U is not set"),
    ("${EMPTY:?m}", "EMPTY is empty: m"),
    ("${B} ${U?m}", "U is not set: m"),
]


@pytest.mark.parametrize(("text", "value"), SOUND)
def test_sound_texts(text, value):
    done = run(text)
    assert done.tree == {"k": value}
    assert done.findings == []


@pytest.mark.parametrize(("text", "value", "said"), DOUBTFUL)
def test_doubtful_texts_are_read_as_docker_reads_them_with_a_warning(text, value, said):
    done = run(text)
    assert done.tree == {"k": value}
    assert errors(done) == []
    assert said in " ".join(warnings(done))
    assert all(finding.help or "forgets" in finding.summary for finding in done.findings)


@pytest.mark.parametrize(("text", "said"), FAULTY)
def test_faulty_texts(text, said):
    done = run(text)
    assert done.tree == {"k": text}
    assert errors(done) == [said]
    assert all(finding.help or finding.expected for finding in done.findings)


def test_all_of_it_is_dockers_reading(judge):
    texts = {f"t{n}": text for n, (text, *_) in enumerate([*SOUND, *DOUBTFUL])}
    source = "x-t: " + json.dumps(texts)
    assert read(judge.config(source, env=ENV)).tree["x-t"] == interpolate({"x-t": texts}, ENV, uncast).tree["x-t"]
    for text, _ in FAULTY:
        assert not judge.accepts("x-t: " + json.dumps(text), env=ENV)[0], text


def test_faults_of_one_text_are_all_told():
    assert errors(run("$A $ ${U?m} ${B!}")) == ["U is not set: m", "${B!} has a ! behind the name B"]
    assert errors(run("$A ${1} $")) == ["${1} names no variable", "$ is no variable"]


def test_the_whole_tree_is_walked_and_keys_are_left_alone():
    tree = {"a": ["$A", {"$B": "$B", "n": 1, "t": True, "u": None}], "b": {"c": ["plain"]}, "${U:?m}": {}}
    done = interpolate(tree, ENV, uncast)
    assert done.tree == {
        "a": ["aval", {"$B": "bval", "n": 1, "t": True, "u": None}],
        "b": {"c": ["plain"]},
        "${U:?m}": {},
    }
    assert done.tree["b"] is tree["b"]
    assert tree["a"][0] == "$A"
    assert done.variables == {"A": [KeyPath("a", 0)], "B": [KeyPath("a", 1, "$B")]}


def test_a_tree_without_variables_is_handed_back():
    tree = {"a": ["b", {"c": 1}]}
    assert interpolate(tree, ENV, uncast).tree is tree


def test_unset_variables_are_told_once_each_with_all_their_places():
    def place_of(path, start, end):
        return Place(Span(None, 1, start + 1, 1, end + 1, str(path)))

    tree = {"a": "$U x${U}", "b": ["${V}", "${V:-d}", "$DOLAR"]}
    done = interpolate(tree, ENV, uncast, place_of=place_of)
    assert [finding.summary.split()[0] for finding in done.findings] == ["U", "V", "DOLAR"]
    spans = [[(place.span.text, place.span.column) for place in finding.places] for finding in done.findings]
    assert spans == [[("a", 1), ("a", 5)], [("b[0]", 1)], [("b[2]", 1)]]
    assert done.findings[2].help.endswith("did you mean DOLLAR?")


def test_a_fault_knows_its_part_of_the_text():
    (finding,) = run("say ${A!}").findings
    assert (finding.path, finding.excerpt) == (KeyPath("k"), ("say ${A!}", 4, 9))


class TestCasts:
    casts = staticmethod(
        pattern_casts(
            {
                "services.*.deploy.replicas": "int",
                "services.*.ports.[].target": "int",
                "services.*.ratio": "float",
                "networks.*.external": "bool",
            }
        )
    )

    def cast(self, value, *path, env=ENV, mode="substitute"):
        tree = value
        for step in reversed(path):
            tree = [None] * step + [tree] if isinstance(step, int) else {step: tree}
        done = interpolate(tree, env, self.casts, mode)
        found = done.tree
        for step in path:
            found = found[step]
        return found, [finding.summary for finding in done.findings]

    def replicas(self, value, env=ENV, name="web", mode="substitute"):
        return self.cast(value, "services", name, "deploy", "replicas", env=env, mode=mode)

    def test_what_was_put_in_is_cast(self):
        assert self.replicas("${N}") == (3, [])
        assert self.replicas("1${N}") == (13, [])
        assert self.replicas("$$N")[0] == "$$N"
        assert self.cast("${N}", "services", "web", "ports", 1, "target") == (3, [])
        assert self.cast("${N}.5", "services", "web", "ratio") == (3.5, [])
        assert self.cast("${U:-yes}", "networks", "n", "external") == (True, [])
        assert self.cast("${U:-OFF}", "networks", "n", "external") == (False, [])

    def test_what_was_left_alone_is_not(self):
        assert self.replicas("3") == ("3", [])
        assert self.replicas("${X}", env={"X": "${X}"}) == ("${X}", [])

    def test_elsewhere_it_stays_text(self):
        assert self.cast("${N}", "services", "web", "replicas") == ("3", [])
        assert self.cast("${N}", "services", "web", "deploy", "replicas", "x") == ("3", [])

    def test_a_name_with_a_dot_is_never_cast(self):
        assert self.replicas("${N}", name="a.b") == ("3", [])
        assert self.cast("${N}", "services", "web", "deploy.replicas") == (3, [])  # nor is this path told from another

    @pytest.mark.parametrize("value", ["aval", "", "1.5", "1_0", "0x1", " 1", "9223372036854775808"])
    def test_no_number(self, value):
        found, said = self.replicas("${V}", env={"V": value})
        assert found == "${V}"
        assert len(said) == 1
        assert "no value for this key" in said[0]

    @pytest.mark.parametrize("value", ["x", "inf", "nan", "1e999"])
    def test_no_fraction(self, value):
        assert self.cast("${V}", "services", "web", "ratio", env={"V": value})[1]

    @pytest.mark.parametrize("value", ["1", "0", "", "yeah"])
    def test_no_truth(self, value):
        assert self.cast("${V}", "networks", "n", "external", env={"V": value})[1]

    def test_leading_zeros_are_worth_a_warning(self):
        found, said = self.replicas("${M}", env={"M": "0440"})
        assert found == 440
        assert len(said) == 1
        assert self.replicas("${M}", env={"M": "0"}) == (0, [])

    def test_the_declared_casts_are_dockers(self, judge):
        tree = {
            "services": {
                "web": {
                    "image": "x",
                    "deploy": {"replicas": "${N}", "update_config": {"max_failure_ratio": "0.${N}"}},
                    "ports": [{"target": "80${N}", "published": "${N}"}],
                    "healthcheck": {"retries": "${N}", "disable": "${U:-no}"},
                    "secrets": [{"source": "s", "mode": "29${N}"}],
                    "ulimits": {"a": "${N}", "b": {"soft": "${N}", "hard": "${N}"}},
                    "tty": "${U:-on}",
                }
            },
            "networks": {"n": {"attachable": "${U:-true}"}},
        }
        done = interpolate(tree, ENV, declared_casts())
        assert done.findings == []
        assert judge.config(json.dumps(tree), env=ENV) == judge.config(json.dumps(done.tree), env=ENV)


class TestOpen:
    def test_variables_stay_as_tokens(self):
        done = run("x${U:-d}/$A$$", mode="open")
        assert done.tree["k"] == f"x{Variable('U', default='d').token}/{Variable('A').token}$"
        assert done.findings == []

    @pytest.mark.parametrize(
        ("text", "variable"),
        [
            ("${U-d}", Variable("U", default="d", if_unset=True)),
            ("${U:?m}", Variable("U", required="m")),
            ("${U?m}", Variable("U", required="m", if_unset=True)),
            ("${U:-a:-b}", Variable("U", default="a:-b")),
            ("${U:-}", Variable("U", default="")),
            ("$U", Variable("U")),
        ],
    )
    def test_each_form(self, text, variable):
        done = run(text, mode="open")
        assert done.tree["k"] == variable.token
        assert done.variables == {"U": [KeyPath("k")]}

    def test_the_rest_of_a_text_without_braces_is_part_of_the_variable(self):
        done = run("$U-foo bar", mode="open")
        assert done.tree["k"] == Variable("U", default="foo bar", if_unset=True).token
        assert len(warnings(done)) == 1

    def test_where_another_type_belongs_the_text_is_open(self):
        tree = {"services": {"web": {"deploy": {"replicas": "${N:-2}"}}}}
        done = interpolate(tree, ENV, TestCasts.casts, "open")
        assert done.tree["services"]["web"]["deploy"]["replicas"] == Open(Variable("N", default="2").token)

    def test_what_holds_no_variable_is_cast_at_once(self):
        tree = {"services": {"web": {"deploy": {"replicas": "${N?a-3}"}}}}
        done = interpolate(tree, {}, TestCasts.casts, "open")
        assert done.tree["services"]["web"]["deploy"]["replicas"] == 3

    def test_faults_are_faults(self):
        assert errors(run("${A!}", mode="open")) == ["${A!} has a ! behind the name A"]
        assert errors(run("${U:?m}", mode="open")) == []


def test_skipping_leaves_everything():
    tree = {"k": "${A!} $$"}
    done = interpolate(tree, ENV, uncast, "skip")
    assert done.tree is tree
    assert done.findings == []


def test_a_value_cannot_forge_an_open_variable():
    done = interpolate({"k": "${X}"}, {"X": "\ufdd0A\ufdd1"}, uncast)
    assert done.has_errors
