"""What a plan hides of what changes: in environments, and in options of drivers."""

from __future__ import annotations

import attrs
from swarm.live import desired, live

from pystackdsl.swarm.compare import Options, compare
from pystackdsl.swarm.specs import Specs


def of_options(token: str, password: str, label: str) -> Specs:
    """A stack with secrets in options of drivers, and in a URL."""
    made = desired(
        {"a": {
            "container": {"Env": [f"URL=postgres://u:{password}@db/x"]},
            "template": {"LogDriver": {"Name": "splunk", "Options": {"splunk-token": token, "tag": label}}},
        }},
        secrets={"key": b"1"}, networks=["n"],
    )  # fmt: skip
    made.networks["n"]["Options"] = {"api-token": token}
    made.secrets["key"]["Driver"] = {"Name": "vault", "Options": {"token": token}}
    return made


def test_a_password_that_changes_where_it_is_masked() -> None:
    before, after = of_options("hunter2", "hunter3", "x"), of_options("hunter4", "hunter5", "y")
    options = Options(replace_networks=True)
    plan = compare(after, live(before), options)
    assert "hunter" not in repr([(each.differences, each.resets) for each in plan.changes])
    found = {str(each.path): each for change in plan.changes for each in change.differences}
    url = found["environment.URL"]
    assert (url.before, url.after, url.note) == (2 * ("postgres://u:***@db/x",) + ("another password",))
    assert (found["logging.options.tag"].before, found["logging.options.tag"].after) == ("x", "y")
    hidden = {name for name, each in found.items() if each.masked}
    assert hidden == {"driver_opts.api-token", "driver.Options.token", "logging.options.splunk-token"}
    shown = compare(after, live(before), attrs.evolve(options, show_values=True))
    text = repr([each.differences for each in shown.changes])
    assert all(f"hunter{number}" in text for number in range(2, 6))


def test_a_password_that_a_change_resets_is_masked() -> None:
    mount = {"Type": "volume", "Source": "shop_v", "Target": "/a"}
    driver = {"VolumeOptions": {"DriverConfig": {"Name": "local", "Options": {"o": "username=a,password=hunter2"}}}}
    before = desired({"a": {"container": {"Mounts": [mount | driver]}}})
    [change] = compare(desired({"a": {"image": "web:2", "container": {"Mounts": [mount]}}}), live(before)).changes
    assert "username=a,password=***" in change.resets.values()
    assert "hunter2" not in repr(change.resets)


def test_passwords_in_labels_and_commands_are_masked() -> None:
    def of(password: str) -> Specs:
        container = {
            "Args": ["--password", password, "--level", password[:3]],
            "Command": ["sh", "-c", f"exec run --token={password}"],
            "Healthcheck": {"Test": ["CMD-SHELL", f"curl -H 'Authorization: Bearer {password}' localhost"]},
            "Labels": {"db.password": password, "url": f"redis://:{password}@cache"},
            "Env": [f"DSN={password}", f"GO=me:{password}@tcp(db)/x", f'JSON={{"password": "{password}"}}'],
        }
        made = desired({"a": {"container": container}})
        made.services["a"]["Labels"] |= {
            "traefik.http.middlewares.a.basicauth.users": f"me:{password}",
            "port": password[:3],
        }
        return made

    before, after = of("one-hunter2"), of("two-hunter2")
    plan = compare(after, live(before), Options())
    assert "hunter2" not in repr([(each.differences, each.resets) for each in plan.changes])
    [change] = plan.changes
    found = {str(each.path): each for each in change.differences}
    assert (found["deploy.labels.port"].before, found["deploy.labels.port"].after) == ("one", "two")
    assert found["command"].before == "--password *** --level one"
    assert {path for path, each in found.items() if each.note == "another password"} == {
        "entrypoint", "healthcheck.test", "labels.url", "environment.GO", "environment.JSON",
    }  # fmt: skip
    assert {path for path, each in found.items() if each.masked} == {
        'labels["db.password"]', "environment.DSN", 'deploy.labels["traefik.http.middlewares.a.basicauth.users"]',
    }  # fmt: skip
    shown = compare(after, live(before), Options(show_values=True))
    assert all("hunter2" in repr(each) for each in shown.changes[0].differences if "port" not in str(each.path))
