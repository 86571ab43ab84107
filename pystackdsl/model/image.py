"""Image references: the grammar that Docker accepts, and their parts.

reference = [ domain "/" ] path [ ":" tag ] [ "@" digest ] | digest | identifier
identifier = 64 hexadecimal digits, as `docker images --no-trunc` shows them
"""

import re
from functools import cache, lru_cache

__all__ = ["ImageReference", "check_image", "tagged"]


class ImageReference:
    """The parts of an image's name: `domain` is "" for Docker Hub, `tag` and `digest` None when not said."""

    __slots__ = ("digest", "domain", "path", "tag")

    def __init__(self, domain: str, path: str, tag: str | None, digest: str | None) -> None:
        self.domain = domain
        self.path = path
        self.tag = tag
        self.digest = digest

    @classmethod
    def parse(cls, text: str) -> "ImageReference":
        """Read an image reference as Docker does. Raises InvalidText."""
        return _parse(text)


def check_image(text: str) -> ImageReference:
    """The grammar of the `image` key. Raises InvalidText."""
    return _parse(text)


@lru_cache(4096)
def tagged(text: str) -> str:
    """An image's name as the Docker CLI gives it to the Engine: short, and with the tag `latest` if it has none."""
    try:
        reference = _parse(text)
    except ValueError:
        return text
    if not reference.path:
        return text
    path, domain = reference.path, reference.domain
    if domain in ("", "docker.io", "index.docker.io"):
        domain, rest = "", path.removeprefix("library/")
        path = path if "/" in rest else rest
    tag = reference.tag or ("" if reference.digest else "latest")
    name = f"{domain}/{path}" if domain else path
    return name + (f":{tag}" if tag else "") + (f"@{reference.digest}" if reference.digest else "")


@cache
def _pattern() -> re.Pattern[str]:
    component = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
    label = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
    domain = rf"(?:{label}(?:\.{label})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
    digest = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
    name = rf"(?:(?P<domain>{domain})/)?(?P<path>{component}(?:/{component})*)"
    return re.compile(rf"{name}(?::(?P<tag>\w[\w.-]{{0,127}}))?(?:@(?P<digest>{digest}))?", re.ASCII)


@lru_cache(4096)
def _parse(text: str) -> ImageReference:
    if len(text) >= _SHORTEST_DIGEST:
        identifier = f"sha256:{text}" if ":" not in text else text
        if _known_digest(identifier):
            return ImageReference("", "", None, identifier)
    match = _pattern().fullmatch(text)
    if match is None:
        raise _misspelt(text)
    domain, path = match["domain"] or "", match["path"]
    if domain and not ("." in domain or ":" in domain or domain == "localhost" or domain != domain.lower()):
        domain, path = "", f"{domain}/{path}"
    hub = domain in ("", "docker.io", "index.docker.io")
    too_long = len(path) + (len("library/") if hub and "/" not in path else 0) > 255
    if too_long or (match["digest"] and not _known_digest(match["digest"])):
        raise _misspelt(text)
    return ImageReference(domain, path, match["tag"], match["digest"])


_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_SHORTEST_DIGEST = 64


def _known_digest(digest: str) -> bool:
    algorithm, _, number = digest.partition(":")
    return len(number) == _DIGEST_LENGTHS.get(algorithm) and re.fullmatch("[0-9a-f]+", number) is not None


def _misspelt(text: str) -> ValueError:
    from pystackdsl.diagnostics import InvalidText

    cure = ""
    if not text:
        cure = "name the image to run"
    elif text != text.strip() or " " in text:
        cure = "an image reference holds no blanks"
    elif text.lower() != text and _pattern().fullmatch(text.lower()):
        cure = f'the name is in lower case: "{text.lower()}"'
    elif text.startswith(("http://", "https://")):
        cure = f'leave out the scheme: "{text.partition("://")[2]}"'
    elif text.endswith(":"):
        cure = f'give a tag after the colon, or leave it out: "{text[:-1]}"'
    return InvalidText.of(text, "an image reference", expected="[registry/]name[:tag][@sha256:…]", help=cure)
