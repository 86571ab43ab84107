"""What an Engine is too old for."""

from __future__ import annotations

from pystackdsl import Healthcheck, Mount, Service, Stack, Volume
from pystackdsl.swarm.needs import needs, newer, unsupported

data = Volume()
STACK = Stack.of(
    {
        "data": data,
        "web": Service(
            image="a",
            healthcheck=Healthcheck(test="true", start_interval="1s"),
            volumes=[data.at("/a"), data.at("/d", subpath="x"), Mount(type="cluster", source=data, target="/c")],
        ),
    }
)


def test_the_version_that_a_key_needs() -> None:
    assert {(str(use.where.path), since) for use, since in needs(STACK)} == {
        ("services.web.healthcheck.start_interval", (1, 44)),
        ("services.web.volumes[1].volume.subpath", (1, 45)),
        ("services.web.volumes[2].type", (1, 42)),
    }


def test_what_an_engine_does_not_know_is_a_warning_at_its_place() -> None:
    assert [str(each.path) for each in unsupported(STACK, (1, 41))] == [
        "services.web.volumes[1].volume.subpath",
        "services.web.volumes[2].type",
        "services.web.healthcheck.start_interval",
    ]
    assert [each.summary for each in unsupported(STACK, (1, 44))] == [
        "subpath needs Engine API 1.45, and this swarm speaks 1.44: it will drop the key"
    ]
    assert unsupported(STACK, (1, 45)) == []
    (cluster,) = (each for each in unsupported(STACK, (1, 41)) if each.path[-1] == "type")
    assert (
        cluster.summary == "type cluster needs Engine API 1.42, and this swarm speaks 1.41: it will refuse the service"
    )


def test_places_in_a_body() -> None:
    places = {".".join(path) for path in newer((1, 43))}
    assert places == {
        "TaskTemplate.ContainerSpec.Healthcheck.StartInterval",
        "TaskTemplate.ContainerSpec.Mounts.VolumeOptions.Subpath",
    }
    assert newer((1, 50)) == ()
