"""The door for Compose text: where findings stand, what stays open, several files, and who refuses what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pystackdsl import Mount, Port, Volume, default_network
from pystackdsl.compose import front, load
from pystackdsl.compose.front import Loaded, StackText, load_texts
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Severity
from pystackdsl.model.value import recording
from pystackdsl.model.variable import Open


def loaded(*texts: str, env: dict[str, str] | None = None, **options: Any) -> Loaded:
    return load_texts([StackText(text.encode()) for text in texts], environment=env or {}, base=None, **options)


def faults(*texts: str, **options: Any) -> list[Diagnostic]:
    with pytest.raises(InvalidStack) as caught:
        loaded(*texts, **options)
    return [finding for finding in caught.value.findings if finding.severity is Severity.ERROR]


def position(finding: Diagnostic) -> tuple[int, int]:
    return finding.places[0].span.line, finding.places[0].span.column


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (
            "    environment: {A: true}\n    restart: allways\n",
            ["true is not text, a number, or nothing", '"allways" is no restart policy'],
        ),
        ('    command: [1]\n    sysctls: ["=x"]\n', ["1 is not text", "sysctls has an empty name"]),
        (
            "    foo: 1\n    privileged: yes\n    dns: [a, a]\n  b:\n    image: x\n    image: y\n",
            [
                "`foo` is not a key",
                '"yes" is not true or false',
                '"a" stands in this list twice',
                '"image" is given twice',
            ],
        ),
        ("    labels: {1: x}\n    foo: 1\n", ["the key 1 is not text", "`foo` is not a key"]),
        ("    1: x\n    foo: 1\n", ["the key 1 is not text", "`foo` is not a key"]),
        ("    ports: *p\n    foo: 1\n", ["no anchor &p", "`foo` is not a key"]),
        ("    <<: *p\n    foo: 1\n", ["no anchor &p", "`foo` is not a key"]),
        ("    deploy: {mode: *p}\n  b: {}\n", ["no anchor &p", "service b has no image"]),
        ("    ports: &q [*p]\n  b:\n    image: x\n    ports: *q\n", ["no anchor &p"]),
        ("    networks: [n]\nnetworks: {n: {}}\nnetworks: {m: {}}\n", ['"networks" is given twice']),
        ("    volumes: [{type: bind, source: *p, target: /x}]\n", ["no anchor &p"]),
        ("    volumes: [{type: *p, target: /x}]\n", ["no anchor &p"]),
        ("    volumes: [{src: ./x, target: /x}]\n", ["this mount has no type", "`src` is not a key of a mount"]),
        (
            "    tty: &k b\n  b: {image: x, image: x}\n  *k : 1\n",
            ['"b" is not true or false', '"image" is given twice'],
        ),
        ("    volumes: [{x: /x}]\n", ["this mount has no type"]),
        ("    hostname: {{.Node}}\n    foo: 1\n", ["a mapping cannot be a key", "`foo` is not a key"]),
        ("    networks: [n]\nnetworks: {n: {driver: *p}}\n", ["no anchor &p"]),
        ("    networks: [n]\nnetworks: {<<: *p}\n", ["no anchor &p"]),
    ],
)
def test_one_fault_hides_no_other_and_brings_no_false_one(rest: str, told: list[str]) -> None:
    with pytest.raises(InvalidStack) as caught:
        load(f"services:\n  a:\n    image: x\n{rest}", environment={})
    found = [each.summary for each in caught.value.findings if each.severity is Severity.ERROR]
    assert len(found) == len(told)
    assert all(part in summary for part, summary in zip(told, found, strict=True))


def test_a_file_and_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAG", "1.2")
    file = tmp_path / "stack.yml"
    file.write_text("services: {web: {image: 'nginx:${TAG}', env_file: a.env}}")
    stack = load(file)
    assert stack.services["web"].image == "nginx:1.2"
    assert stack.base == tmp_path
    assert load(file, environment={"TAG": "2"}).services["web"].image == "nginx:2"
    assert load("services: {}").base is None
    assert load("services: {}", base=tmp_path).base == tmp_path
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere.yml")


def test_nothing_of_a_stack_from_yaml_is_asked_twice_but_all_is_recorded() -> None:
    made: list[Any] = []
    token = recording.set(made)
    try:
        stack = load("services: {web: {image: a, networks: [n]}}\nnetworks: {n: {}}")
    finally:
        recording.reset(token)
    assert {id(each) for each in made} >= {id(stack.services["web"]), id(stack.networks["n"])}
    origin = stack.services["web"].origin
    assert origin is not None
    assert origin.frames[0][0].co_name == "test_nothing_of_a_stack_from_yaml_is_asked_twice_but_all_is_recorded"


def test_references_are_the_objects_of_the_stack() -> None:
    stack = load(
        "services: {web: {image: a, networks: [front, default], volumes: ['data:/x', {type: volume, source: data, target: /y}],"
        " secrets: [s], configs: [{source: c}], credential_spec: {config: c}}}\n"
        "networks: {front: }\nvolumes: {data: }\nsecrets: {s: {external: true}}\nconfigs: {c: {external: true}}"
    )
    web: Any = stack.services["web"]
    assert [each.network for each in web.networks] == [stack.networks["front"], default_network]
    assert all(mount.source is stack.volumes["data"] for mount in web.volumes)
    assert web.secrets[0].secret is stack.secrets["s"]
    assert web.configs[0].config is web.credential_spec.config is stack.configs["c"]


def test_a_network_called_default_is_that_one() -> None:
    stack = load("services: {web: {image: a, networks: [default]}}\nnetworks: {default: {driver: overlay}}")
    networks: Any = stack.services["web"].networks
    assert networks[0].network is stack.networks["default"]


def test_all_faults_are_told_in_order_with_their_places() -> None:
    found = faults(
        "services:\n"
        "  web:\n"
        "    image: 5\n"
        "    deploy: {replicas: x, update_config: {order: no}}\n"
        "    secrets: [{source: s, mode: '1'}]\n"
        "  db: {imgae: b}\n"
        "volume: {}\n"
    )
    assert [position(each) for each in found] == [(3, 12), (4, 24), (4, 50), (5, 24), (5, 33), (6, 8), (7, 1)]
    assert [each.rule for each in found] == ["schema"] * 3 + ["deploy"] + ["schema"] * 3
    assert str(found[2].path) == "services.web.deploy.update_config.order"


def test_faults_of_all_files_are_told() -> None:
    found = faults("services: {web: {imgae: a}}", "services: {db: {imgae: b}}", "services: [")
    assert len(found) == 1  # a text that is no YAML is told first
    found = faults("services: {web: {imgae: a}}", "services: {db: {imgae: b}}")
    assert [str(each.path) for each in found] == ["services.web.imgae", "services.db.imgae"]


def test_a_wrong_version_hides_no_other_fault() -> None:
    found = faults("version: 3.8\nservices: {web: {imgae: a}}")
    assert [position(each) for each in found] == [(1, 10), (2, 18)]


def test_a_text_without_a_file_shows_its_lines() -> None:
    [fault] = faults("services:\n  web: {imgae: a}\n")
    assert fault.places[0].span.text == "  web: {imgae: a}"
    assert fault.places[0].span.file is None


def test_a_faulty_part_of_a_text_has_the_caret() -> None:
    [fault] = faults("services:\n  web:\n    image: a\n    ports: ['80:99999']\n")
    assert position(fault) == (4, 17)


def test_faults_behind_aliases_and_merge_keys_have_places() -> None:
    found = faults("x-a: &a {imgae: b}\nservices:\n  web: *a\n  db:\n    <<: *a\n")
    assert [position(each) for each in found] == [(1, 10), (1, 10)]


def test_variables_are_listed_with_their_paths() -> None:
    found = loaded("services: {web: {image: '${A}:${B:-1}', hostname: $A}}", env={"A": "x"})
    assert found.variables == {
        "A": [KeyPath("services", "web", "image"), KeyPath("services", "web", "hostname")],
        "B": [KeyPath("services", "web", "image")],
    }


def test_an_unset_variable_is_told_at_its_place() -> None:
    [warning] = loaded("services:\n  web: {image: 'a:x$B'}").warnings
    assert "B is not set" in warning.summary
    assert position(warning) == (2, 20)


class TestOpen:
    """With mode "open", variables stay variables, but for those that decide what is meant."""

    def test_values_stay_open(self) -> None:
        stack = loaded(
            "services: {web: {image: 'a:${T:-1}', tty: '${Y}', stop_grace_period: '${D}', ports: ['${P}:80'],"
            " deploy: {mode: '${M}', replicas: '${N}', resources: {limits: {memory: '${X}'}}}}}",
            mode="open",
        ).stack
        web: Any = stack.services["web"]
        assert "T:-1" in web.image
        opened = [web.tty, web.stop_grace_period, web.ports[0], web.deploy.mode, web.deploy.replicas]
        assert all(type(each) is Open for each in [*opened, web.deploy.resources.limits.memory])

    @pytest.mark.parametrize(
        "said",
        ["init: '${Y}'", "deploy: {resources: {limits: {pids: '$N'}}}", "expose: ['$N', '$N']"],
    )
    def test_where_docker_casts_none_no_variable_is_taken(self, said: str) -> None:
        assert faults(f"services: {{web: {{image: a, {said}}}}}", mode="open", env={"Y": "true", "N": "1"})

    def test_references_are_resolved_and_told(self) -> None:
        found = loaded(
            "services: {web: {image: a, networks: ['${NET}'], volumes: ['${VOL:-data}:/x', './${SUB}:/y']}}\n"
            "networks: {front: {}}\nvolumes: {data: {}}",
            env={"NET": "front", "SUB": "lost"},
            mode="open",
        )
        web: Any = found.stack.services["web"]
        assert web.networks[0].network is found.stack.networks["front"]
        assert web.volumes[0].source is found.stack.volumes["data"]
        assert type(web.volumes[1]) is Open
        assert found.resolved == {"NET": "front", "VOL": "data"}

    def test_a_variable_behind_the_name_of_a_volume_stays(self) -> None:
        found = loaded("services: {web: {image: a, volumes: ['data:/x/${Y}']}}\nvolumes: {data: {}}", mode="open")
        [mount] = found.stack.services["web"].volumes or ()
        assert isinstance(mount, Mount)
        assert isinstance(mount.source, Volume)
        assert "Y" in str(mount.target)
        assert found.resolved == {}

    def test_a_reference_without_a_value_is_a_fault(self) -> None:
        [fault] = faults("services: {web: {image: a, networks: ['${NET:?which}']}}", mode="open")
        assert "which" in fault.summary

    def test_nothing_is_cast_when_nothing_is_interpolated(self) -> None:
        stack = loaded("services: {web: {image: a, command: 'echo $$A ${B}'}}", mode="skip").stack
        assert stack.services["web"].command == "echo $$A ${B}"
        assert faults("services: {web: {image: a, deploy: {replicas: '${N}'}}}", mode="skip")


class TestMerged:
    """What gets lost when files are merged is told, in the later file."""

    def told(self, one: str, other: str) -> list[str]:
        found = loaded(f"services: {{web: {{image: a, {one}}}}}", f"services: {{web: {{{other}}}}}")
        assert all(warning.places for warning in found.warnings)
        return [f"{warning.path}: {warning.summary}" for warning in found.warnings]

    @pytest.mark.parametrize(
        ("one", "other", "path", "word"),
        [
            ("tty: true", "tty: false", "tty", "false does not replace"),
            ("hostname: a", "hostname: ''", "hostname", "an empty text does not replace"),
            ("stop_grace_period: 5s", "stop_grace_period: 0s", "stop_grace_period", "0s does not replace"),
            ("ports: ['80', '81']", "ports: []", "ports", "not published"),
            ("ports: ['53:53', '53:53/udp']", "user: a", "ports", "not published"),
            ("logging: {driver: a}", "logging: {options: {b: c}}", "logging.options", "drops these options"),
            ("healthcheck: {test: a}", "healthcheck: {test: b}", "healthcheck.test", "appends this test"),
        ],
    )
    def test_losses(self, one: str, other: str, path: str, word: str) -> None:
        [said] = self.told(one, other)
        assert said.startswith(f"services.web.{path}: ")
        assert word in said

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("tty: false", "tty: false"),
            ("ports: ['80:80']", "ports: ['80:81', '443:443']"),
            ("deploy: {replicas: 2}", "deploy: {replicas: 0}"),
            ("hostname: a", "hostname: b"),
            ("labels: {a: b}", "labels: {a: ''}"),
        ],
    )
    def test_what_is_replaced_is_no_loss(self, one: str, other: str) -> None:
        assert self.told(one, other) == []

    def test_a_second_grant(self) -> None:
        top = "\nsecrets: {s: {external: true}}"
        found = loaded(
            f"services: {{web: {{image: a, secrets: [s, {{source: s, target: b}}]}}}}{top}",
            "services: {web: {user: a}}",
        )
        [warning] = found.warnings
        assert "given to this service twice" in warning.summary

    def test_an_env_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidStack) as caught:
            load_texts(
                [StackText(b"services: {a: {env_file: nowhere.env}}"), StackText(b"services: {a: {image: b}}")],
                environment={},
                base=tmp_path,
            )
        assert "nowhere.env" in caught.value.findings[0].summary

    def test_files_without_a_service_in_common_keep_their_environments_open(self) -> None:
        found = loaded("services: {a: {image: a, environment: [A]}}", "services: {b: {image: b}}", env={"A": "1"})
        assert found.stack.services["a"].environment == {"A": None}


def test_ports_in_short_form_are_one_value_however_often_they_stand_there() -> None:
    stack = load("services: {a: {image: a, ports: ['80:80']}, b: {image: a, ports: ['80:80']}}")
    one, other = ((service.ports or ())[0] for service in stack.services.values())
    assert isinstance(one, Port)
    assert one is other


def test_the_module_says_what_it_gives() -> None:
    assert set(front.__all__) == {"Loaded", "StackText", "load", "load_documents", "load_texts", "placed"}


DOUBTFUL = 'b: {image: x, ports: ["80:80"], volumes: ["vv:b"], depends_on: [a], deploy: {endpoint_mode: dnsrr}}'


def test_faults_that_only_a_deploy_tells_are_told_beside_those_of_other_services() -> None:
    found = faults(f'services:\n  a: {{image: x, tty: "yes"}}\n  {DOUBTFUL}\nvolumes: {{vv: }}')
    assert [(finding.rule, str(finding.path)) for finding in found] == [
        ("schema", "services.a.tty"),
        ("deploy", "services.b.ports[0]"),
        ("deploy", "services.b.volumes[0].target"),
    ]
    assert [place.note for place in found[1].places] == ["", "because of this"]
    assert "mode: host" in found[1].help


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  a:\n    tty: true\n  image: x",  # what a lacks stands beside it
        "services:\n  a:\n    tty: true\nimage: x",
        "services:\n  a: {image: x, tty: 'yes'}\n  b: {image: x, secrets: [s]}\nsecrets: {s: {fil: x}}",
    ],
)
def test_what_a_fault_of_structure_brings_about_is_not_told(text: str) -> None:
    assert {finding.rule for finding in faults(text)} == {"schema"}


def test_faults_of_one_of_several_files_are_told_alone() -> None:
    texts = (f"services:\n  {DOUBTFUL}\nvolumes: {{vv: }}", 'services: {a: {image: x, tty: "yes"}}')
    assert [finding.rule for finding in faults(*texts)] == ["schema"]
