"""Which names and values look like secrets: passwords, tokens, keys.

Rules ask here; what they tell names the place and never the value.
"""

import re
from typing import Final

from pystackdsl.model.names import PATH_OPEN
from pystackdsl.model.variable import OPEN

__all__ = ["is_secret_name", "is_secret_text", "looks_secret"]

_NAME: Final = re.compile(
    r"(?:^|[_.\-])(?:PASSWORD|PASSWD|PASSPHRASE|PASS|PW|SECRET|SECRET[_\-]?KEY(?:_BASE)?|TOKEN|API[_\-]?KEY|APP[_\-]?KEY|PRIVATE[_\-]?KEY|"
    r"ACCESS[_\-]?KEY|ENCRYPTION[_\-]?KEY|SIGNING[_\-]?KEY|AUTH[_\-]?KEY|CREDENTIALS?)$|(?:PASSWORD|PASSWD)$",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(r"ALLOW|RANDOM|EMPTY|ENABLE|DISABLE|REQUIRE|PUBLIC|_ID$|VALIDATE|SHOW|HIDE", re.IGNORECASE)
_PLAIN_VALUE: Final = re.compile(r"(?:true|false|yes|no|on|off|none|null|\d{1,5})?", re.IGNORECASE)
_KNOWN: Final = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|glpat-[\w-]{18,}|xox[abprs]-[\w-]{10,}|sk_live_\w{16,}|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|npm_[A-Za-z0-9]{36}|dckr_pat_[\w-]{20,}"
)
_URL: Final = re.compile(r"[a-z][a-z0-9+.\-]*://[^/\s:@]*:(?P<password>[^/\s@]+)@", re.IGNORECASE)


def looks_secret(name: str, value: str | None) -> bool:
    """Whether a name and its value together look like a secret that stands there in the open.

    A variable that is filled in at the deploy counts: what it holds is then as open as a text would be.
    """
    if not value or PATH_OPEN in value:
        return False
    if is_secret_text(value):
        return True
    if not is_secret_name(name) or _PLAIN_VALUE.fullmatch(value) or "{{" in value:
        return False
    return not value.startswith(("/", "./", "file:", "env:", "vault:"))


def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is secret."""
    return _NAME.search(name) is not None and _PUBLIC.search(name) is None


def is_secret_text(value: str) -> bool:
    """Whether a value is seen to be secret by itself: a well-known form of token, or a URL with a password."""
    if _KNOWN.search(value):
        return True
    url = _URL.search(value)
    return url is not None and not _is_placeholder(url["password"])


def _is_placeholder(password: str) -> bool:
    """Whether a program puts the password in: `${DB_PASSWORD}`, `{password}`, `<password>`, `$PW`, `***`."""
    return OPEN not in password and re.fullmatch(r"\$?\{.*\}|<.*>|\$\w+|%.*|\*+|\{\{.*\}\}", password) is not None
