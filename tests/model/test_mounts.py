"""Mounts: the short form as Docker reads it, and what stands for what in Python."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rig.judge import Judge

from pystackdsl.diagnostics import InvalidText, InvalidType, StackError
from pystackdsl.model.mount_options import BindOptions, TmpfsOptions, VolumeOptions
from pystackdsl.model.mounts import Mount, ShortMount, split_mount
from pystackdsl.model.service import Service
from pystackdsl.model.storage import Volume
from pystackdsl.model.variable import Open, Variable, environment, var

SHORT = r"""
    /x|x|a|ab|a:/x|ab:/x|./a:/x|../a:/x|~/a:/x|~:/x|.:/x|..:/x|/:/x|/a:/x:ro|/a:/x:rw|/a:/x:ro,rw|/a:/x:rw,ro|/a:/x:z|/a:/x:Z
    /a:/x:RO|/a:/x:nocopy|/a:/x:shared|/a:/x:rshared,ro|/a:/x:shared,slave|/a:/x:|/a:|/a::/x|:/x|::|/a:/x:ro:rw|C:\a:/x
    C:\a:D:\b|C:\a:D:\b:ro|C:/a:/x|c:/x|c:|c:a|/a:c:/x|\\s\share:/x|\\.\pipe\d:\\.\pipe\d|é:/x|é:é|.ro:é:ro|é::,:~|é/a:/x
    /a:/x:ro,|/a:/x:,|/a:/x:ro, nocopy|~foo/x:/y|a/b:/x|.a:/x|a:b:c|ab:cd:ef|/a:/x:private|/a:b|/a:/b:/c|ab:/x:nocopy|v:/data
    v:/t2:ro|/|//|/a:/|1:/x|1a:/x|-:/x|_:/x| :/x| /a:/x|/a: /x|/a:/x: ro|x:y|aa:b|/a:b:ro|/a:/x:ro,ro|[::1]:/x|a b:/x|C:|C:\|.
    ..|./|~|/a:C:\x|/a:C:\x:ro|x:/y:z:w|/a:z|/a:z:ro|/a:z:b:ro|/a:zz:c|ab:/x:ro,nocopy|/a:/x:rslave,private|日:/x|1:2:3
""".strip("\n")
SPELLED = ["", *(text for line in SHORT.splitlines() for text in line[4:].split("|"))]


@pytest.mark.judge
def test_the_short_form_is_docker_s(judge: Judge) -> None:
    """Accepted by one if by the other, and taken apart alike; Docker makes paths absolute, which is not the form's."""
    differences = []
    for text in SPELLED:
        verdict = judge.read("services: {a: {image: a, volumes: [%s]}}" % json.dumps(text))  # noqa: UP031 - braces
        try:
            ours: ShortMount | None = split_mount(text)
        except InvalidText:
            ours = None
        theirs = None
        if verdict.accepted:
            said = verdict.data["services"]["a"]["volumes"][0]
            source = said.get("source")
            theirs = ShortMount(
                said["type"],
                ours.source if ours and said["type"] == "bind" and source else source,
                said["target"],
                said.get("read_only", False),
                said.get("volume", {}).get("nocopy", False),
                said.get("bind", {}).get("propagation"),
            )
        if ours != theirs:
            differences.append((text, ours, theirs))
    assert differences == []


@pytest.mark.parametrize(
    ("text", "mount"),
    [
        ("./conf:/etc/nginx:ro", Mount(type="bind", source="./conf", target="/etc/nginx", read_only=True)),
        ("/srv:/srv", Mount(type="bind", source="/srv", target="/srv")),
        ("~/data:/data:rw", Mount(type="bind", source="~/data", target="/data")),
        ("/var/cache", Mount(type="volume", target="/var/cache")),
        (
            "/srv:/srv:rshared,nocopy",
            Mount(
                type="bind",
                source="/srv",
                target="/srv",
                bind=BindOptions(propagation="rshared"),
                volume=VolumeOptions(nocopy=True),
            ),
        ),
    ],
)
def test_text_is_a_path_of_the_node(text: str, mount: Mount) -> None:
    assert Mount.parse(text) == mount
    assert Service(volumes=[text]).volumes == (mount,)


def test_a_variable_is_one_part_of_the_short_form() -> None:
    """Its default may hold colons and commas."""
    target = Variable("DATA", "/a:b,ro").token
    mode = Variable("MODE", required="ro: or rw").token
    assert split_mount(f"data:{target}") == ShortMount("volume", "data", target)
    assert split_mount(f"data:{target}/x:ro") == ShortMount("volume", "data", f"{target}/x", read_only=True)
    assert split_mount(f"data:/x:{mode}") == ShortMount("volume", "data", "/x")
    with pytest.raises(InvalidText, match="too many colons"):
        split_mount(f"data:/x:{mode}:")


def test_a_volume_is_mounted_by_its_object() -> None:
    data = Volume()
    assert data.at("/data") == Mount(type="volume", source=data, target="/data")
    assert data.at("/data", read_only=True, nocopy=True, subpath="a") == Mount(
        type="volume", source=data, target="/data", read_only=True, volume=VolumeOptions(nocopy=True, subpath="a")
    )
    assert data.at("/data") != Volume().at("/data")
    assert data.at("/data", nocopy=False).volume == VolumeOptions(nocopy=False)
    assert data.at("/data", subpath="a").volume == VolumeOptions(subpath="a")
    assert data.at("/data").volume is None


@pytest.mark.parametrize(
    ("make", "words", "cure"),
    [
        (
            lambda: Service(volumes=["data:/var/lib"]),
            '"data:/var/lib" is not a mount of a path',
            'write data.at("/var/lib"), with data = Volume(), or "./data:/var/lib" for a folder',
        ),
        (
            lambda: Service(volumes=["my-data:/x:ro"]),
            "is not a mount of a path",
            'write volume.at("/x"), with volume = Volume(), or "./my-data:/x:ro" for a folder',
        ),
        (lambda: Service(volumes=[Volume()]), "a volume is mounted", 'write volume.at("/path/in/the/container")'),
        (lambda: Service(volumes=["/a:/b:ro:z"]), "is not a mount", "there are too many colons"),
        (lambda: Service(volumes=["/a:"]), "is not a mount", "there is nothing after the last colon"),
        (lambda: Service(volumes=[":/a"]), "is not a mount", "there is nothing before this colon"),
        (lambda: Service(volumes=[""]), "is not a mount", "name a path in the container"),
        (lambda: Service(volumes="./a:/b"), "has the wrong type", "put it in a list: ['./a:/b']"),
        (lambda: Mount(type="bnid"), '"bnid" is not a known value', 'did you mean "bind"?'),
        (lambda: BindOptions(propagation="share"), '"share" is not a known value', 'did you mean "shared"?'),
    ],
)
def test_common_mistakes_have_a_cure(make: Any, words: str, cure: str) -> None:
    with pytest.raises(StackError) as caught:
        make()
    finding = caught.value.findings[0]
    assert words in finding.summary
    assert finding.help == cure
    assert finding.expected


@pytest.mark.parametrize("value", [3, True, b"/a:/b", {"type": "bind"}])
def test_other_types_are_refused(value: Any) -> None:
    for make in (lambda: Service(volumes=[value]), lambda: Mount(source=value)):
        with pytest.raises(InvalidType):
            make()


def test_variables_stay_open() -> None:
    reset = environment.set(None)
    try:
        service = Service(volumes=[f"{var('DATA')}:/data", Mount(type="bind", source=var("DATA"), target="/x")])
        options = TmpfsOptions(size=var("SIZE", int))
    finally:
        environment.reset(reset)
    assert service.volumes is not None
    assert isinstance(service.volumes[0], Open)
    assert type(service.volumes[1].source) is str
    assert isinstance(options.size, Open)
