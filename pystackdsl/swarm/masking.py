"""Which values of a service are not to be shown, and what is shown in their place.

The name of a variable or option and its value come in, or a text such as a command; what may be shown goes out. Called
by `differences` and `words`. It would rather hide too much than too little: whoever wants to see all says so.
"""

import re
from typing import Any, Final

__all__ = ["MASK", "hushed", "is_secret", "masked", "setting"]

MASK: Final = "(masked)"

_NAMES: Final = re.compile(
    r"PASS|PWD|SECRET|TOKEN|CREDENTIAL|PRIVATE|SALT|COOKIE|SIGNATURE|AUTH(?!OR)|KEY(?!BOARD|SPACE)|DSN"
    r"|(?:^|[_.-])(?:PW|JWT|PAT)(?:$|[_.-])",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(r"(?:_FILE|_PATH|_DIR|_ID|PUBLIC_KEY)$", re.IGNORECASE)
_IN_URL: Final = re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)")
_ASSIGNED: Final = re.compile(
    r"((?<![\w.-])[\w.-]*(?:PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|SECRET|TOKEN|(?:ACCESS|ACCOUNT|API)[_-]?KEY)\s*=\s*)"
    r"""(?:"[^"]*"|'[^']*'|[^;]+)""",
    re.IGNORECASE,
)
"""`Password=…` in a value that has parts; which of them ends it is not known for sure, but a semicolon does."""


def is_secret(name: str) -> bool:
    """Whether the name of a variable or option looks as if its value were a secret; a file that holds one is none."""
    return _NAMES.search(name) is not None and _PUBLIC.search(name) is None


def masked(name: str, value: str) -> str:
    """A value as it may be shown: nothing of one whose name looks secret, no password in a URL or among parts."""
    return MASK if is_secret(name) and value else hushed(_ASSIGNED.sub(r"\1***", value))


def hushed(text: str) -> str:
    """A text as it may be shown, `***` in place of each password that is seen in it."""
    from pystackdsl.model.secrecy import without_passwords

    return without_passwords(_IN_URL.sub(r"\1***", text))


def setting(path: str, value: Any) -> Any:
    """What may be shown of a live setting that no key of Compose says, by its path in the body of the Engine."""
    if isinstance(value, list):
        return [setting(path, item) for item in value]
    if not isinstance(value, str):
        return value
    return masked(path.rpartition(".")[2], value) if ".Options." in path else hushed(value)
