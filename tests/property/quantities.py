"""Values of the types that the model's annotations name: durations, sizes, shares, modes, constraints, numbers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pystackdsl import Bytes, Constraint, Cpus, Duration, FileMode, PortRange

__all__ = ["BY_TYPE"]

durations = st.one_of(st.sampled_from([0, 10**6, 10**9, 90 * 10**9, 3600 * 10**9]), st.integers(10**6, 2**63 - 1)).map(
    Duration
)
spelled_durations = st.sampled_from(["1.5h", "90s", "1h1m1s", "100ms", "+5s", "1500us", "0", ".5s", "2m3.004s"])
sizes = st.one_of(
    st.just(0),
    st.integers(4 * 2**20, 2**53),
    st.builds(lambda number, power: number << power, st.integers(1, 999), st.sampled_from([22, 30, 40, 50])),
).map(Bytes)
spelled_sizes = st.sampled_from(["512M", "1.5g", "64 mb", "10GiB", "4194304", "1p", "8388608b", "1.1G"])
shares = st.one_of(
    st.sampled_from(["0.50", "1/4", "2", "1e-1", ".5", "16.", "0.001000000", "3/2"]),
    st.integers(10**6, 64 * 10**9).map(Cpus),
)
constraints = st.builds(
    lambda name, operator, value: f"{name}{operator}{value}",
    st.sampled_from(
        ["node.role", "node.id", "NODE.hostname", "node.platform.os", "node.labels.zone-1", "engine.labels.a.b"]
    ),
    st.sampled_from(["==", " == ", "!=", " !=  "]),
    st.sampled_from(["manager", "a.b-c_d", "1", "yes", "0x10"]),
)
BY_TYPE: dict[Any, tuple[st.SearchStrategy[Any], str]] = {
    Duration: (st.one_of(durations, spelled_durations), "duration"),
    Bytes: (st.one_of(sizes, spelled_sizes), "size"),
    Cpus: (shares, "share"),
    FileMode: (st.one_of(st.integers(0, 0o777).map(FileMode), st.sampled_from([0o400, "0440", "600"])), "int"),
    Constraint: (constraints, "constraint"),
    PortRange: (st.integers(1, 65535), "int"),
    bool: (st.booleans(), "bool"),
    int: (st.integers(0, 2**31 - 1), "int"),
    float: (st.one_of(st.sampled_from([0, 1, 0.1]), st.floats(0, 1, allow_subnormal=False)), "float"),
}
"""Annotation → its values, and the kind of variable that may stand in their place."""
