"""The command as a plugin of docker, `docker pystack …`: docker's words come in, our own command line runs.

Docker runs what `pystackdsl plugin install` puts into its folder of plugins: to ask what the plugin is, to run it with
the options that stand before its name too, and to complete a command line. `python -m pystackdsl.cli.plugin` is that.
"""

import os
import sys
from collections.abc import MutableMapping, Sequence
from typing import Final, NoReturn

from pystackdsl.cli.failure import UsageError

__all__ = ["METADATA", "NAME", "main", "translated"]

NAME: Final = "pystack"
"""What docker calls it."""
METADATA: Final = "docker-cli-plugin-metadata"
"""What docker gives to a plugin to ask what it is."""
COMPLETE: Final = ("__complete", "__completeNoDesc")

VARIABLES: Final = {
    "--config": "DOCKER_CONFIG",
    "--context": "DOCKER_CONTEXT",
    "-c": "DOCKER_CONTEXT",
    "--host": "DOCKER_HOST",
    "-H": "DOCKER_HOST",
    "--log-level": "",
    "-l": "",
    "--tlscacert": "ca.pem",
    "--tlscert": "cert.pem",
    "--tlskey": "key.pem",
}
"""Docker's own options that have a value, with the variable that says the same; the name of a file that TLS needs."""
SWITCHES: Final = {"--debug": "", "-D": "", "--tls": "DOCKER_TLS", "--tlsverify": "DOCKER_TLS_VERIFY"}


def main() -> NoReturn:
    """Answer docker, or run the command line that it gives, and end the process."""
    from pystackdsl.cli.main import console

    words = sys.argv[1:]
    if words == [METADATA]:
        _introduce()
        sys.exit(0)
    if words[:1] and words[0] in COMPLETE:
        from pystackdsl.cli.suggestions import suggest

        sys.exit(suggest(words[1:], described=words[0] == COMPLETE[0]))
    try:
        words = translated(words, os.environ)
    except UsageError as failure:
        from pystackdsl.cli.main import refused

        sys.exit(refused(failure))
    sys.argv = ["pystackdsl", *words]
    console()


def _introduce() -> None:
    import json

    from pystackdsl import __version__
    from pystackdsl.cli.terminal import emit

    about = {
        "SchemaVersion": "0.1.0",
        "Vendor": "pystackdsl",
        "Version": __version__,
        "ShortDescription": "Swarm stacks as typed Python: build, plan, apply, operate",
    }
    emit(json.dumps(about) + "\n")


def translated(words: Sequence[str], environment: MutableMapping[str, str]) -> list[str]:
    """Our words of docker's: what stands before the plugin's name goes into the environment. Raises UsageError."""
    rest = [*words]
    while rest and rest[0] != NAME:
        option, equals, value = rest.pop(0).partition("=")
        if option == "help":
            return [option, *rest[1:]]
        if option in SWITCHES:
            _set(SWITCHES[option], "" if value in ("0", "false") else "1", environment)
            continue
        if option not in VARIABLES and option[:2] in VARIABLES:  # -Hunix:///…
            option, value = option[:2], f"{option[2:]}{equals}{value}"
        elif option in VARIABLES and not equals and rest:
            value = rest.pop(0)
        if option not in VARIABLES:
            raise UsageError(f"docker gave an option that is not known here: {option}")
        if option in ("--context", "-c"):
            environment.pop("DOCKER_HOST", None)  # it would win, where docker lets the option win
        _set(VARIABLES[option], value, environment)
    return rest[1:]


def _set(variable: str, value: str, environment: MutableMapping[str, str]) -> None:
    if variable.endswith(".pem"):
        if os.path.basename(value) != variable:  # noqa: PTH119 - pathlib is slow to import
            raise UsageError(
                f"{value} is not called {variable}", help="put ca.pem, cert.pem and key.pem into one folder"
            )
        variable, value = "DOCKER_CERT_PATH", os.path.dirname(value) or "."  # noqa: PTH120
    if variable and value:
        environment[variable] = value


if __name__ == "__main__":
    main()
