"""Values as Go writes JSON for the Docker CLI: on one line, keys sorted. Called by `tables` and by Go templates."""

import json as encoder
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Row", "json"]


class Row(dict[str, str]):
    """What a line of a table is made of: its fields, and no others."""


def json(value: Any) -> str:
    """A value as Go writes JSON, on one line."""
    if isinstance(value, str):
        text = value.encode(errors="surrogateescape").decode(errors="replace")
        text = encoder.dumps(text, ensure_ascii=False)
        return text.replace("\N{LINE SEPARATOR}", "\\u2028").replace("\N{PARAGRAPH SEPARATOR}", "\\u2029")
    if isinstance(value, Mapping):
        inner = ",".join(f"{json(key)}:{json(each)}" for key, each in sorted(value.items()))
        if isinstance(value, Row):  # it writes itself, with what HTML could take for its own escaped
            inner = inner.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
        return f"{{{inner}}}"
    if isinstance(value, Sequence):
        return f"[{','.join(map(json, value))}]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value) if isinstance(value, int) else _json_float(value)


def _json_float(value: float) -> str:
    if value and not 1e-6 <= abs(value) < 1e21:
        mantissa, _, exponent = repr(value).partition("e")
        return f"{mantissa.removesuffix('.0')}e{exponent[0]}{exponent[1:].lstrip('0')}"
    mantissa, _, exponent = repr(value).partition("e")
    digits = len(mantissa.partition(".")[2]) - int(exponent) if exponent else 0
    text = f"{value:.{max(digits, 0)}f}" if exponent else mantissa
    return text.rstrip("0").rstrip(".") if "." in text else text
