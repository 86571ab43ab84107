"""Faults of images, commands and health checks."""

from __future__ import annotations

from model.faults.case import fault, web

from pystackdsl import (
    Healthcheck,
)

fault("deploy", "no image", lambda: web(image=None), "services.web", "service web has no image")
fault(
    "config",
    "open quote",
    lambda: web(command="sh -c 'exit"),
    "services.web.command",
    "command of service web: \"sh -c 'exit\" is not a command line: its quote ' is not closed",
)
fault(
    "config",
    "lone backslash",
    lambda: web(entrypoint="a\\"),
    "services.web.entrypoint",
    'entrypoint of service web: "a\\" is not a command line: nothing stands behind the last backslash',
)

fault(
    "deploy",
    "disabled test",
    lambda: web(healthcheck=Healthcheck(disable=True, test="true")),
    "services.web.healthcheck.disable",
    "the health check of service web is disabled and has a test",
)
for part in ("interval", "timeout", "start_period"):
    fault(
        "deploy",
        f"short {part}",
        lambda part=part: web(healthcheck=Healthcheck(test="true", **{part: "500us"})),  # type: ignore[misc]
        f"services.web.healthcheck.{part}",
        f"{part} of the health check of service web is 500us, less than a millisecond",
    )
fault(
    "taken",
    "short start_interval",
    lambda: web(healthcheck=Healthcheck(test="true", start_interval="1ns")),
    "services.web.healthcheck.start_interval",
    "start_interval of the health check of service web is 1ns, less than a millisecond",
    newer=(1, 44),
)
fault(
    "config",
    "negative retries",
    lambda: web(healthcheck=Healthcheck(test="true", retries=-1)),
    "services.web.healthcheck.retries",
    "the health check of service web has -1 retries",
)
fault(
    "taken",
    "test without CMD",
    lambda: web(healthcheck=Healthcheck(test=["curl", "-f", "localhost"])),
    "services.web.healthcheck.test",
    "the health check of service web begins with curl, so no Engine runs it",
)
fault(
    "taken",
    "test without a command",
    lambda: web(healthcheck=Healthcheck(test=["CMD"])),
    "services.web.healthcheck.test",
    "the health check of service web has no command after CMD",
)
