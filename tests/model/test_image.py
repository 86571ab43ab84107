"""Image references: Docker's grammar, and the parts of a reference."""

from __future__ import annotations

import json
import subprocess

import pytest
from rig.judge import Judge

from pystackdsl.diagnostics import InvalidText
from pystackdsl.model.image import ImageReference
from pystackdsl.model.service import Service

HEX = "a" * 64
SPELLED = """
    a|A|a:b|a:|a:B|a/b|a/b/c|A/b|a/B|localhost/b|localhost:5000/b|LOCALHOST/b|a.b/c|a:5000/c|a:5000|a:5000/c:d|a b|a_b|a__b
    a___b|a-b|a--b|a.b|a..b|a-.b|a_.b|-a|a-|_a|a_|.a|a.|a/|/a|//a|a//b|http://a|https://a/b|a:.t|a:-t|a:_t|a:t/x|[::1]/a
    [::1]:5000/a|[fe80::1%eth0]/a|é|a:é|a@|a@:|@||docker.io/a|docker.io/library/a|index.docker.io/a|docker.io/A|Docker.io/a
    a-.b/c|-a.b/c|a_b/c|a_b.c/d|a.b:/c|a.b:x/c|a.b:99999999/c| a|a |scratch|UPPER/a|Ab/c|a.B/c|1.2.3.4/a|a/b:c:d|a:b:c|a@sha256|0
    a:0|127.0.0.1:5000/a:b|localhost|a..b/c|library/A
""".strip("\n")
TEXTS = [text for line in SPELLED.splitlines() for text in line[4:].split("|")]
TEXTS += [
    f"a@sha256:{HEX}",
    f"a:t@sha256:{HEX}",
    f"a@sha256:{HEX[1:]}",
    f"a@sha256:{HEX.upper()}",
    f"a@sha512:{HEX}{HEX}",
]
TEXTS += [f"a@sha384:{HEX}{HEX[:32]}", f"a@md5:{HEX[:32]}", f"a@md5:{HEX[:31]}", f"a@sha1:{HEX[:40]}", f"a@foo:{HEX}"]
TEXTS += [HEX, HEX[:63], HEX + "a", f"library/{HEX}", f"{HEX}:x", f"sha256:{HEX}", f"x/{HEX}", f"docker.io/{HEX}"]
TEXTS += [f"a@SHA256:{HEX}", f"a@sha256+b64:{HEX}", f"a@sha256:{HEX}:x", f"a@sha256:{HEX}@sha256:{HEX}"]
TEXTS += ["a\n", "a\t", "a:" + "t" * 128, "a:" + "t" * 129]
TEXTS += ["a" * 247, "a" * 248, "a/" + "b" * 253, "a/" + "b" * 254, "docker.io/" + "a" * 247, "docker.io/" + "a" * 248]
TEXTS += ["b.c/" + "a" * 255, "b.c/" + "a" * 256, "x." + "y" * 300 + "/a", "index.docker.io/" + "a" * 248]


@pytest.mark.judge
def test_the_grammar_is_docker_s(judge: Judge) -> None:
    """`docker stack deploy` looks at images before it looks for an Engine: one that it takes fails to connect."""
    differences = []
    for text in TEXTS:
        run = subprocess.run(
            [judge.command, "stack", "deploy", "--detach=true", "-c", "-", "s"],
            input="services: {a: {image: %s}}" % json.dumps(text),  # noqa: UP031 - braces
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin", "DOCKER_HOST": "unix:///nowhere.sock"},
            check=False,
        )
        assert ("Cannot connect" in run.stderr) != ("invalid image reference" in run.stderr), run.stderr
        try:
            ImageReference.parse(text)
            ours = True
        except InvalidText:
            ours = False
        if ours != ("Cannot connect" in run.stderr):
            differences.append((text, ours, run.stderr))
    assert differences == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("postgres", ("", "postgres", None, None)),
        ("postgres:16", ("", "postgres", "16", None)),
        ("bitnami/redis:7", ("", "bitnami/redis", "7", None)),
        ("ghcr.io/o/app:1@sha256:" + HEX, ("ghcr.io", "o/app", "1", "sha256:" + HEX)),
        ("localhost:5000/app", ("localhost:5000", "app", None, None)),
        ("localhost/app", ("localhost", "app", None, None)),
        ("Registry/app", ("Registry", "app", None, None)),
        (f"sha256:{HEX}", ("", "", None, f"sha256:{HEX}")),
        (HEX, ("", "", None, f"sha256:{HEX}")),
    ],
)
def test_parts(text: str, parts: tuple[str, str, str | None, str | None]) -> None:
    reference = ImageReference.parse(text)
    assert (reference.domain, reference.path, reference.tag, reference.digest) == parts


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("", "name the image to run"),
        ("shop api:1", "an image reference holds no blanks"),
        ("postgres ", "an image reference holds no blanks"),
        ("Postgres:16", 'the name is in lower case: "postgres:16"'),
        ("https://ghcr.io/o/app", 'leave out the scheme: "ghcr.io/o/app"'),
        ("postgres:", 'give a tag after the colon, or leave it out: "postgres"'),
    ],
)
def test_common_mistakes_have_a_cure(text: str, cure: str) -> None:
    with pytest.raises(InvalidText) as caught:
        Service(image=text)
    assert caught.value.findings[0].help == cure
    assert caught.value.findings[0].path == ("image",)
