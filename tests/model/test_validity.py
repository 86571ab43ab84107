"""Findings on whole stacks: what is sound, all faults at once, references and their hints, names and open values."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pystackdsl import (
    BindOptions,
    Config,
    CredentialSpec,
    Deploy,
    Healthcheck,
    Ipam,
    IpamConfig,
    Limits,
    Logging,
    Mount,
    Network,
    OnFailure,
    Placement,
    Port,
    Reservations,
    Resources,
    Secret,
    Service,
    Stack,
    Ulimit,
    UpdateConfig,
    Volume,
    default_network,
    evolve,
    node,
    spread,
    var,
)
from pystackdsl.diagnostics import Diagnostic, Severity
from pystackdsl.model.validity import findings
from pystackdsl.model.variable import environment


def web(**said: Any) -> Stack:
    return Stack(services={"web": Service(**{"image": "busybox", **said})})


def joined(network: Network, **said: Any) -> Stack:
    return Stack(services={"web": Service(image="busybox", networks=[network], **said)}, networks={"net": network})


HOST = Port(target=80, published=80, mode="host")

SOUND: dict[str, Callable[[], Stack]] = {
    "nothing": Stack,
    "a service": web,
    "host network": lambda: joined(Network(external=True, name="host"), ports=[HOST]),
    "bridge network": lambda: joined(Network(external=True, name="bridge")),
    "own default network": lambda: Stack(
        services={"web": Service(image="busybox", networks=[(net := Network(attachable=True))])},
        networks={"default": net},
    ),
    "default network": lambda: web(networks=[default_network.alias("www")]),
    "dnsrr with host ports": lambda: web(ports=[HOST], deploy=Deploy(endpoint_mode="dnsrr")),
    "tcp and udp": lambda: web(ports=["53:53", "53:53/udp"]),
    "one port inside, two outside": lambda: web(ports=["80:80", "81:80"]),
    "many outside, one inside": lambda: web(ports=["9000-9002:80"]),
    "ports that the Engine chooses": lambda: web(ports=["80", "81", "0:82", Port(target=80)]),
    "host ports of two services": lambda: Stack(
        services={name: Service(image="busybox", ports=[HOST]) for name in ("api", "web")}
    ),
    "host ports of global services on different nodes": lambda: Stack(
        services={
            role: Service(
                image="busybox",
                ports=[HOST],
                deploy=Deploy(mode="global", placement=Placement(constraints=[node.role == role])),
            )
            for role in ("manager", "worker")
        }
    ),
    "nested mounts": lambda: web(volumes=["/a:/data", "/b:/data/b", "/c:/data.d", "/tmp"]),
    "Windows paths": lambda: web(
        volumes=[r"C:\a:C:\b", Mount(type="npipe", source=r"\\.\pipe\x", target=r"\\.\pipe\x")]
    ),
    "options of a pipe": lambda: web(
        volumes=[Mount(type="npipe", source="x", target="/x", bind=BindOptions(propagation="shared"))]
    ),
    "cluster volumes of a group": lambda: web(volumes=[Mount(type="cluster", source="group:fast", target="/x")]),
    "placeholders": lambda: web(
        hostname="{{.Node.Hostname}}-{{ .Task.Slot }}",
        environment={
            "A": "{{.Service.Labels.x}} {{- .Node.Platform.OS -}} }}",
            "B": '{{ printf "%s" .Task.Name }}{{.Task}}',
        },
        volumes=["/srv/{{.Node.Hostname}}:/data"],
    ),
    "one secret twice": lambda: Stack(
        services={
            "web": Service(image="busybox", secrets=[(key := Secret(file="./a")).at("a"), key.at("b", mode=0o400)])
        },
        secrets={"key": key},
    ),
    "a secret and a config of one name": lambda: Stack(
        secrets={"key": Secret(file="./a")}, configs={"key": Config(file="./a")}
    ),
    "external resources": lambda: Stack(
        secrets={"key": Secret(external=True, name="a b")},
        configs={"conf": Config(external=True)},
        volumes={"data": Volume(external=True, name="x", driver="", labels={})},
        networks={"net": Network(external=True, attachable=False)},
    ),
    "contents": lambda: Stack(
        secrets={"a": Secret(content=b""), "b": Secret(template="t", values={}), "c": Secret(driver="vault")},
        configs={"a": Config(content=""), "b": Config(file="f", external=False)},
    ),
    "odd names that are taken": lambda: Stack(
        services={name: Service(image="busybox") for name in ("_a", "-a", "a_-b", "A", "1", "x-a", "a" * 61)},
        secrets={"a.b": Secret(file="f"), "s" * 62: Secret(file="f")},
        configs={"c": Config(file="f", name="1.2-3")},
        volumes={".v": Volume(), "w": Volume(name="w-{{.Task.Slot}}"), "x": Volume(driver="nfs", name="a/b")},
    ),
    "networks that are not used": lambda: Stack(networks={"a b": Network(), "a.b": Network(), "n" * 70: Network()}),
    "an odd key of a named network": lambda: Stack(
        services={"web": Service(image="busybox", networks=[(net := Network(name="net"))])}, networks={"a b": net}
    ),
    "no health": lambda: web(healthcheck=Healthcheck(test=["NONE"])),
    "disabled health": lambda: web(healthcheck=Healthcheck(disable=True, interval="1us", test=[])),
    "health by default": lambda: web(healthcheck=Healthcheck(interval="0s", timeout="1ms", retries=0)),
    "limits": lambda: web(
        ulimits={"nofile": -1, "nproc": Ulimit(soft=5, hard=-1), "NOFILE": 5},
        deploy=Deploy(
            replicas=0,
            resources=Resources(limits=Limits(cpus=0, memory=0), reservations=Reservations(cpus="0.001", memory="4M")),
            update_config=UpdateConfig(parallelism=0, max_failure_ratio=1),
            restart=OnFailure(delay="0s", max_attempts=0),
            placement=Placement(max_replicas_per_node=0, preferences=[spread("Node.Labels.zone")]),
        ),
    ),
    "jobs": lambda: web(deploy=Deploy(mode="replicated-job", replicas=3, restart=OnFailure())),
    "restart": lambda: Stack(
        services={
            f"s{i}": Service(image="busybox", restart=text)
            for i, text in enumerate(
                ("no", "no:3", "always", "always:3", "unless-stopped", "on-failure:03", "on-failure:")
            )
        }
        | {"s9": Service(image="busybox", restart="", deploy=Deploy())}
    ),
    "a restart that is not used": lambda: web(restart="what", deploy=Deploy(restart=OnFailure())),
    "commands": lambda: web(command="""sh -c 'echo "a" # b' "c 'd'" \\' #'""", entrypoint=["it's"]),
    "lists": lambda: web(
        command=["a", "a"],
        dns=["1.1.1.1", "::1"],
        extra_hosts=["a:1.1.1.1", "a:1.1.1.2", "b:host-gateway", "c=::1", "d:[::1]"],
        cap_add=["NET_ADMIN", "cap_chown", "ALL"],
        cap_drop=["NET_ADMIN"],
        stop_signal="RTMIN+3",
        expose=[80, "80/udp"],
    ),
    "extension fields": lambda: Stack(
        services={"web": Service(image="busybox", x={"x-": None, "x-a": {"b": [1, 2.5, True, "é", ("c",)]}})},
        x={"x-b": {}},
    ),
    "texts": lambda: Stack(
        services={
            "web": Service(
                image="busybox",
                labels={"größe": "日本"},
                environment={"KEY": (key := Secret(file="f")).path, "CONF": f"-c {(conf := Config(file='f')).path}"},
                secrets=[key],
                configs=[conf],
            )
        },
        secrets={"key": key},
        configs={"conf": conf},
    ),
    "logs": lambda: web(logging=Logging(options={"": "x", "größe": "1"})),
    "credentials": lambda: Stack(
        services={"web": Service(image="busybox", credential_spec=CredentialSpec(config=(conf := Config(file="f"))))},
        configs={"conf": conf},
    ),
    "subnets side by side": lambda: joined(
        Network(
            ipam=Ipam(driver="default", config=[IpamConfig(subnet="10.0.1.0/24"), IpamConfig(subnet="10.0.2.0/29")])
        )
    ),
    "overlapping subnets of a plugin": lambda: joined(
        Network(driver="weave", ipam=Ipam(config=[IpamConfig(subnet="10.0.0.0/8"), IpamConfig(subnet="10.0.0.0/24")]))
    ),
    "cycles": lambda: Stack(
        services={
            "a": Service(image="busybox", depends_on=["b"]),
            "b": Service(image="busybox", depends_on=["a", "b"]),
        }
    ),
    "versions": lambda: Stack(version="3.0"),
}


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_found_in_a_sound_stack(name: str) -> None:
    assert findings(SOUND[name]()) == []


@pytest.mark.parametrize("version", ["", "3", *(f"3.{minor}" for minor in range(14))])
def test_every_schema_is_known(version: str) -> None:
    assert findings(Stack(version=version)) == []


def told(stack: Stack) -> list[str]:
    return [finding.summary for finding in findings(stack)]


def test_all_faults_are_found_at_once() -> None:
    lost = Network()
    stack = Stack(
        services={
            "a.b": Service(ports=["80:80", "80:81"], networks=[lost]),
            "web": Service(image="busybox", ports=["80:82"], deploy=Deploy(mode="global", replicas=1)),
        },
        secrets={"key": Secret()},
        version="2",
    )
    assert told(stack) == [
        "service a.b has no image",
        "service a.b publishes port 80/tcp twice",
        "service a.b uses a network that this stack does not hold",
        "services a.b and web both publish port 80/tcp on the ingress network",
        "service web runs on every node (mode global) and says how many replicas",
        "secret key has no content",
        'every Engine refuses "a.b" as the name of a service',
        'Docker has no Compose schema "2"',
    ]


def test_a_clash_is_told_once_and_names_both() -> None:
    stack = Stack(
        services={
            "api": Service(image="busybox", ports=["8080-8090:80"]),
            "admin": Service(image="busybox", ports=["9000:9000", "8080-8090:81"]),
        }
    )
    (finding,) = findings(stack)
    assert finding.summary == "services api and admin both publish port 8080/tcp on the ingress network"
    assert [(str(each.path), str(each.within), each.note) for each in finding.subjects] == [
        ("services.admin.ports[1]", "ports[1]", ""),
        ("services.api.ports[0]", "ports[0]", "api published it first"),
    ]
    assert [each.resource for each in finding.subjects] == [stack.services["admin"], stack.services["api"]]
    assert 'publish both with mode="host"' in finding.help


def only(stack: Stack) -> Diagnostic:
    (finding,) = findings(stack)
    return finding


def test_an_unheld_reference_names_the_cure() -> None:
    lost = Network()
    finding = only(web(networks=[lost]))
    assert finding.severity is Severity.ERROR
    assert finding.help == (
        "hold the network in a top-level variable whose name does not begin with _, or in a dict of networks"
    )
    place, made = finding.subjects
    assert (str(place.within), made.resource, made.note) == ("networks[0]", lost, "made here")


def test_an_unheld_reference_whose_copy_is_held_says_so() -> None:
    first = Network()
    second = evolve(evolve(first, attachable=True), internal=True)
    stack = Stack(services={"web": Service(image="busybox", networks=[first])}, networks={"back": second})
    assert only(stack).help == "the stack holds a changed copy of it, back, made by evolve: refer to that one"


def test_an_unheld_copy_of_a_held_resource_says_so() -> None:
    first = Volume()
    stack = Stack(
        services={"web": Service(image="busybox", volumes=[evolve(first, driver="nfs").at("/x")])},
        volumes={"data": first},
    )
    assert only(stack).help == "it is a changed copy of data: hold it under a name of its own, or refer to data"


def test_a_path_of_the_original_of_a_held_secret_says_so() -> None:
    first = Secret(file="a")
    second = evolve(first, file="b")
    stack = Stack(
        services={"web": Service(image="busybox", environment={"KEY": first.path}, secrets=[second])},
        secrets={"key": second},
    )
    finding = only(stack)
    assert finding.summary == "service web speaks of the path of a secret that this stack does not hold"
    assert finding.help == "the stack holds a changed copy of it, key, made by evolve: take key.path"
    assert finding.subjects[1].resource is first


PLACES: list[Callable[[str], dict[str, Any]]] = [
    lambda path: {"environment": {"A": f"x{path}"}},
    lambda path: {"labels": {"A": path}},
    lambda path: {"command": f"cat {path}"},
    lambda path: {"entrypoint": ["cat", path]},
    lambda path: {"healthcheck": Healthcheck(test=f"cat {path}")},
    lambda path: {"healthcheck": Healthcheck(test=["CMD", "cat", path])},
    lambda path: {"deploy": Deploy(labels={"a": path})},
    lambda path: {"logging": Logging(driver="x", options={"a": path})},
    lambda path: {"volumes": [Mount(type="tmpfs", target=path)]},
    lambda path: {"volumes": [Mount(type="bind", source=f"/a{path}", target="/x")]},
    lambda path: {"working_dir": path},
    lambda path: {"hostname": path},
    lambda path: {"sysctls": {"a": path}},
    lambda path: {"dns_search": [path]},
    lambda path: {"env_file": path},
    lambda path: {"networks": [default_network.alias(path)]},
    lambda path: {"networks": [default_network.attach(driver_opts={"a": path})]},
    lambda path: {"credential_spec": CredentialSpec(file=path)},
    lambda path: {"x": {"x-a": [{"b": path}]}},
    lambda path: {"build": path},
]


@pytest.mark.parametrize("place", PLACES)
def test_a_lost_path_is_found_anywhere(place: Callable[[str], dict[str, Any]]) -> None:
    lost = Config(file="f").path
    assert "service web speaks of the path of a secret or config that this stack does not hold" in told(
        web(**place(lost))
    )


@pytest.mark.parametrize(
    "stack",
    [
        lambda path: Stack(networks={"n": Network(labels={"a": path})}),
        lambda path: Stack(volumes={"n": Volume(driver_opts={"a": path})}),
        lambda path: Stack(volumes={"n": Volume(name=path)}),
        lambda path: Stack(configs={"n": Config(content=f"include {path}")}),
        lambda path: Stack(networks={"n": Network(ipam=Ipam(driver=path))}),
    ],
)
def test_a_lost_path_is_found_in_other_resources(stack: Callable[[str], Stack]) -> None:
    (summary,) = [each for each in told(stack(Secret(file="f").path)) if "path" in each]
    assert summary.endswith("speaks of the path of a secret or config that this stack does not hold")


def test_a_text_that_is_no_unicode_is_found() -> None:
    finding = only(web(environment={"A": b"\xff".decode(errors="surrogateescape")}))
    assert finding.summary == "a text of service web is no valid Unicode, so no file can hold it"
    assert str(finding.path) == "services.web.environment.A"


def test_secrets_are_never_shown() -> None:
    stack = Stack(secrets={"key": Secret(content="hunter2\udcff", file="f", values={"hunter2": "hunter2"})})
    for finding in findings(stack):
        assert "hunter2" not in f"{finding}{finding!r}"


@pytest.mark.parametrize(
    ("name", "key", "summaries"),
    [
        ("shop", "a" * 58, []),
        (
            "shop",
            "a" * 59,
            [f"the name of service {'a' * 59} is too long: 64 characters with the stack's name before it"],
        ),
        ("a b", "web", ['"a b" is no name for a stack: every Engine refuses the names it begins']),
        ("_shop", "web", ['"_shop" is no name for a stack: every Engine refuses the names it begins']),
        ("", "web", ['"" is no name for a stack: every Engine refuses the names it begins']),
        ("Shop-1_2", "web", []),
    ],
)
def test_the_stack_s_name_counts(name: str, key: str, summaries: list[str]) -> None:
    assert told(Stack(services={key: Service(image="busybox")}, name=name)) == summaries


def test_files_have_one_character_more() -> None:
    assert told(Stack(secrets={"s" * 59: Secret(file="f")}, name="shop")) == []
    (summary,) = told(Stack(configs={"c" * 60: Config(file="f")}, name="shop"))
    assert summary == f"the name of config {'c' * 60} is too long: 65 characters with the stack's name before it"


@pytest.mark.parametrize(
    ("key", "help"),
    [("a b", 'call it "a-b"'), ("größe", 'call it "gr-e"'), ("a.b", 'call it "a-b"'), ("-", "give it another name")],
)
def test_a_name_is_proposed(key: str, help: str) -> None:
    assert only(Stack(services={key: Service(image="busybox")})).help == help


def test_a_near_name_is_proposed() -> None:
    stack = Stack(
        services={"db": Service(image="a"), "frontend": Service(image="a", depends_on=["frontnd", "nothing"])}
    )
    assert [finding.help for finding in findings(stack)] == ["did you mean frontend?", ""]
    finding = only(
        Stack(
            services={"web": Service(image="a", volumes=[Mount(source="dta", target="/x")])}, volumes={"data": Volume()}
        )
    )
    assert finding.help == 'write data.at("/x")'


@pytest.fixture
def _open() -> Iterator[None]:
    reset = environment.set(None)
    yield
    environment.reset(reset)


@pytest.mark.usefixtures("_open")
def test_open_values_are_not_judged() -> None:
    number, text = var("N", int), var("T")
    key, conf = Secret(file=text, name=text), Config(file=text, template_driver=text)
    net = Network(
        name=text, driver=text, ipam=Ipam(driver=text, config=[IpamConfig(subnet=text)]), external=var("E", bool)
    )
    data = Volume(name=text, driver=text, external=var("E", bool))
    service = Service(
        image=text,
        command=f"echo '{text}",
        entrypoint=text,
        environment={"A": text, "B": f"{{{{{text}"},
        env_file=[text, f"{text}2"],
        ports=[text, f"{text}:80", Port(target=number, published=number), Port(target=80, published=80, mode=text)],
        networks=[net.alias(text), default_network],
        volumes=[
            text,
            data.at(text),
            Mount(type=text, source=text, target=f"{text}/1"),
            Mount(source=text, target=f"{text}/2"),
        ],
        secrets=[key.at(text, uid=text, gid=text, mode=number)],
        configs=[conf.at(text)],
        healthcheck=Healthcheck(test=[text], interval=text, retries=number, disable=var("D", bool)),
        deploy=Deploy(
            mode=text,
            replicas=number,
            endpoint_mode=text,
            labels={"a": text},
            update_config=UpdateConfig(parallelism=number, delay=text, max_failure_ratio=var("F", float)),
            restart=OnFailure(delay=text, max_attempts=number),
            resources=Resources(
                limits=Limits(cpus=text, memory=text, pids=number), reservations=Reservations(cpus=text, memory=text)
            ),
            placement=Placement(constraints=[text], preferences=[spread(text)], max_replicas_per_node=number),
        ),
        ulimits={"nofile": number, "nproc": Ulimit(soft=number, hard=5)},
        restart=text,
        stop_signal=text,
        stop_grace_period=text,
        working_dir=text,
        hostname=text,
        dns=[text],
        extra_hosts=[text],
        cap_add=[text],
        depends_on=[text],
        credential_spec=CredentialSpec(file=text),
        x={"x-a": text},
    )
    stack = Stack(
        services={"web": service},
        networks={"net": net},
        volumes={"data": data},
        secrets={"key": key},
        configs={"conf": conf},
    )
    assert told(stack) == []


@pytest.mark.usefixtures("_open")
def test_a_variable_may_stand_in_a_key_but_not_in_that_of_a_resource() -> None:
    assert told(web(environment={f"A_{var('X')}": "1"})) == []  # where Docker reads none, `compose.ignored` tells
    (summary,) = told(Stack(services={f"web{var('X')}": Service(image="busybox")}))
    assert summary == '"web${X}" is no key for a service'


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda stack: pickle.loads(pickle.dumps(stack))])
@pytest.mark.parametrize("name", ["texts", "default network", "one secret twice", "credentials", "external resources"])
def test_a_copy_of_a_sound_stack_is_sound(name: str, clone: Callable[[Stack], Stack]) -> None:
    assert findings(clone(SOUND[name]())) == []


def test_findings_change_nothing() -> None:
    stack = SOUND["texts"]()
    before = pickle.dumps(stack)
    assert findings(stack) == findings(stack) == []
    assert pickle.dumps(stack) == before


def placed_on(*constraints: Any) -> Stack:
    return web(deploy=Deploy(placement=Placement(constraints=constraints)))


@pytest.mark.parametrize(
    ("constraint", "cure"),
    [
        (node.role == "mnager", 'did you mean node.role == "manager"?'),
        (node.role != "wroker", 'did you mean node.role != "worker"?'),
        ("Node.Role==Mangaer", 'did you mean node.role == "manager"?'),
        (node.role == "database", ""),
    ],
)
def test_a_role_that_no_node_has(constraint: Any, cure: str) -> None:
    (finding,) = findings(placed_on(node.role == "worker", constraint))
    assert finding.severity is Severity.WARNING
    assert str(finding.path) == "services.web.deploy.placement.constraints[1]"
    assert (finding.expected, finding.help) == ("manager or worker", cure)


def test_the_roles_that_nodes_have() -> None:
    with_open = environment.set(None)
    try:
        stack = placed_on(
            node.role == "manager", "NODE.ROLE != Worker", node.labels["a.role"] == "x", node.role == var("R")
        )
    finally:
        environment.reset(with_open)
    assert not findings(stack)
