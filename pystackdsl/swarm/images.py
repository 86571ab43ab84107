"""Which image a service gets: the one it runs, or what a registry says of the text in the stack.

What the stack asks for and what the swarm runs come in; the texts to ask registries about go out of `wanted`, the
image of each service out of `chosen`. In between the caller asks: `looked_up` does so, four at a time. The rules are
those of `docker stack deploy --resolve-image`, but for one: where a registry does not answer, a service whose image is
the same text keeps the digest it runs.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal

import attrs

from pystackdsl.swarm.errors import EngineError
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.specs import IMAGE, Raw, Specs

__all__ = ["LookUp", "ResolveImage", "Resolved", "chosen", "looked_up", "wanted"]

ResolveImage = Literal["always", "changed", "never"]

AT_ONCE: Final = 4
"""How many registry look-ups go on at a time."""


@attrs.frozen
class Resolved:
    """What a registry says of an image: its name with the digest, and the platforms it is made for."""

    image: str
    platforms: tuple[Mapping[str, str], ...] = ()


@attrs.frozen
class Unresolved:
    """Why a registry says nothing of an image."""

    reason: str


Answers = Mapping[str, Resolved | Unresolved]
LookUp = Callable[[str], Resolved]
"""Asks a registry about one image. Raises any Exception with a message for people where it does not answer."""


@attrs.frozen
class Image:
    """The image of one service in the body to send; `platforms` None leaves those of the stack. `failure` says why no
    digest is known.
    """

    text: str
    platforms: tuple[Mapping[str, str], ...] | None = None
    failure: str = ""


def resolved(image: str, digest: str, platforms: Iterable[Mapping[str, str]]) -> Resolved:
    """What a registry's answer means for a service.

    A digest that the text has already stays. An ARM node calls itself by its variant, which no image is listed for, so
    Docker leaves that architecture out.
    """
    fitting = tuple(
        {"Architecture": "" if each.get("Architecture", "").lower() == "arm" else each.get("Architecture", ""),
         "OS": each.get("OS", "")}
        for each in platforms
    )  # fmt: skip
    return Resolved(image if "@" in image else f"{image}@{digest}", fitting)


def wanted(desired: Specs, live: Live, mode: ResolveImage, only: Iterable[str] | None = None) -> list[str]:
    """The images that a registry has to be asked about, each once, sorted; `only` names the services that count."""
    if mode == "never":
        return []
    keys = desired.services if only is None else [key for key in desired.services if key in set(only)]
    found = set()
    for key in keys:
        raw = live.services.get(desired.services[key]["Name"])
        if mode == "always" or raw is None or not _is_same_text(desired, key, raw):
            found.add(image_of(desired.services[key]))
    return sorted(found - {""})


def looked_up(images: Iterable[str], look_up: LookUp) -> dict[str, Resolved | Unresolved]:
    """What registries say of images; that one does not is an answer too."""
    named = sorted(images)
    if not named:
        return {}
    from concurrent.futures import ThreadPoolExecutor

    def asked(image: str) -> Resolved | Unresolved:
        try:
            return look_up(image)
        except EngineError as error:
            return Unresolved(error.summary)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(named, pool.map(asked, named), strict=True))


def chosen(desired: Specs, key: str, raw: Raw | None, mode: ResolveImage, answers: Answers) -> Image:
    """The image that the service of a key gets; `raw` is the live service, if there is one."""
    text = image_of(desired.services[key])
    keeps = raw is not None and _is_same_text(desired, key, raw)
    running = _running(raw) if keeps and raw is not None else None
    if running is not None and mode != "always":
        return running
    answer = answers.get(text)
    if isinstance(answer, Resolved):
        return Image(answer.image, answer.platforms)
    failure = answer.reason if answer is not None else ""
    if running is not None:
        return attrs.evolve(running, failure=failure)
    return Image(text, None, failure)


def image_of(spec: Mapping[str, Any]) -> str:
    """The image in the body of a service."""
    return ((spec.get("TaskTemplate") or {}).get("ContainerSpec") or {}).get("Image") or ""


def _running(raw: Raw) -> Image:
    """What a live service runs; its platforms came with the digest."""
    placement = (raw["Spec"].get("TaskTemplate") or {}).get("Placement") or {}
    return Image(image_of(raw["Spec"]), tuple(placement.get("Platforms") or ()))


def _is_same_text(desired: Specs, key: str, raw: Raw) -> bool:
    """Whether the live service was made from the same text."""
    spec = desired.services[key]
    return bool((raw["Spec"].get("Labels") or {}).get(IMAGE) == (spec.get("Labels") or {}).get(IMAGE))
