"""Nothing made is lost in silence; and what is deployed or left out, though that was hardly meant, is told."""

from __future__ import annotations

from typing import Any

import pytest

from pystackdsl.diagnostics import Severity
from pystackdsl.python import load_report

SLOTTED = """
import dataclasses
@dataclasses.dataclass(slots=True)
class Site:
    web: Service
_site = Site(Service(image='x'))
web = Service(image='x')
"""


def warned(folder: Any, text: str, **options: Any) -> Any:
    return load_report(folder.write("stack.py", text), **options).warnings


def test_a_bare_resource(folder: Any) -> None:
    finding = folder.fault("web = Service(image='x')\nService(image='a')\n")
    assert finding.summary == "a service is made here and lost: no name holds it"
    assert finding.severity is Severity.ERROR
    assert folder.marked(finding) == [("stack.py", 2, "Service(image='a')")]
    assert finding.help.startswith("bind it to a name")


@pytest.mark.parametrize(
    "text",
    [
        "Service(image='x')\n",
        "class Site:\n    def __init__(self):\n        self.web = Service(image='x')\nsite = Site()\n",
        "sites = {'eu': {'web': Service(image='x')}}\n",
    ],
)
def test_what_a_file_without_any_stack_makes_is_lost(folder: Any, text: str) -> None:
    finding = folder.fault(text)
    assert finding.summary == "a service is made here and lost: no name holds it"
    assert folder.marked(finding)[0][2] == "Service(image='x')"


def test_a_rebound_name(folder: Any) -> None:
    finding = folder.fault("web = Service(image='a')\nnet = Network()\nweb = Service(image='b')\n")
    assert folder.marked(finding) == [("stack.py", 1, "Service(image='a')"), ("stack.py", 3, "web")]
    assert finding.places[1].note == "web is bound again here"
    assert "_web" in finding.help


def test_a_name_taken_by_something_else(folder: Any) -> None:
    finding = folder.fault("web = Volume()\ndef web() -> None: ...\nother = Service(image='x')\n")
    assert finding.summary.startswith("a volume is made here and lost")
    assert folder.marked(finding)[1] == ("stack.py", 2, "def web() -> None: ...")


def test_a_deleted_name(folder: Any) -> None:
    finding = folder.fault("web = Service(image='x')\ndel web\nother = Service(image='x')\n")
    assert finding.places[1].note == "web is deleted here"


def test_a_loop_variable(folder: Any) -> None:
    finding = folder.fault("for i in range(4):\n    worker = Service(image=f'w{i}')\n")
    assert finding.summary == "3 services are made here and lost: no name holds them"
    assert finding.help == "collect them in a dict: workers = {}, and in the loop workers[…] = worker"
    assert folder.marked(finding) == [("stack.py", 2, "Service(image=f'w{i}')")]


def test_a_loop_variable_is_not_told_to_be_its_own_dict(folder: Any) -> None:
    finding = folder.fault("for i in range(3):\n    s = Service(image='x')\n")
    assert finding.help == "collect them in a dict: services = {}, and in the loop services[…] = s"


def test_a_loop_variable_made_by_a_function_in_another_file(folder: Any) -> None:
    folder.write("factory.py", "def make(i):\n    made = Service(image=f'w{i}')\n    return made\n")
    finding = folder.fault("from factory import make\nfor i in range(3):\n    worker = make(i)\n")
    assert folder.marked(finding) == [("factory.py", 2, "Service(image=f'w{i}')"), ("stack.py", 3, "make(i)")]
    assert finding.help.startswith("collect them in a dict: workers = {}")


def test_a_collected_loop_is_held(stack: Any) -> None:
    text = "workers = {}\nfor i in range(3):\n    worker = workers[f'worker-{i}'] = Service(image=f'w{i}')\n"
    assert list(stack(text).services) == ["worker-0", "worker-1", "worker-2"]


def test_a_key_used_twice(folder: Any) -> None:
    finding = folder.fault("workers = {}\nfor i in range(3):\n    workers['worker'] = Service(image='x')\n")
    assert finding.summary.startswith("2 services")
    assert finding.help.startswith("give each its own key")


def test_what_a_function_drops(folder: Any) -> None:
    finding = folder.fault("def make():\n    db = Service(image='x')\n    return Service(image='x')\nweb = make()\n")
    assert finding.help.startswith("return it from make()")
    assert folder.marked(finding) == [("stack.py", 2, "Service(image='x')"), ("stack.py", 4, "make()")]


def test_what_the_function_of_the_stack_drops(folder: Any) -> None:
    text = "def shop() -> Stack:\n    db = Service(image='x')\n    web = Service(image='x')\n    return Stack.of({'web': web})\n"
    finding = folder.fault(text)
    assert folder.marked(finding) == [("stack.py", 2, "Service(image='x')")]


def test_what_stands_in_nested_dicts(folder: Any) -> None:
    finding = folder.fault("web = Service(image='x')\nfleet = {'eu': {'a': Service(image='x')}}\n")
    assert folder.marked(finding) == [("stack.py", 2, "Service(image='x')")]
    assert "top level" in finding.help


def test_what_an_object_of_the_user_holds(folder: Any) -> None:
    text = "class Site:\n    def __init__(self):\n        self.web = Service(image='x')\nweb = Service(image='x')\n"
    assert folder.fault(text + "site = Site()\n").help.startswith("return it from __init__()")
    assert warned(folder, text + "_site = Site()\n") == ()


def test_each_making_place_is_told_once(folder: Any) -> None:
    findings = folder.faults("for i in range(2):\n    Service(image='x')\n    Network()\nweb = Service(image='x')\n")
    assert [finding.summary[:10] for finding in findings] == ["2 services", "2 networks"]


def test_what_only_a_lost_resource_uses_is_not_told_apart(folder: Any) -> None:
    text = "web = Service(image='x')\nService(networks=[Network()], environment={'A': Secret(file='a').path})\n"
    finding = folder.fault(text)
    assert finding.summary.startswith("a service is made here")


@pytest.mark.parametrize(
    "text",
    [
        "_base = Service(networks=[Network()])\nweb = Service(image='x')\n",
        "_templates = {'a': [Service(image='x')], 'b': (Service(image='x'), {'c': Service(image='x')})}\nweb = Service(image='x')\n",
        "class Shop:\n    _base = Service(image='x')\n    web = Service(image='x')\n",
        "base = Service(image='x')\nbase = evolve(base, image='a')\nbase = evolve(base, image='b')\n",
        "def make():\n    base = Service(image='x')\n    return evolve(base, image='a')\nweb = make()\n",
        "web = Service(image='x').with_deploy(replicas=2)\n",
        "web = Service(image='a') if True else Service(image='b')\n",
        SLOTTED,
        "secret = Secret(file='a')\nweb = Service(secrets=[secret], networks=[default_network])\n",
    ],
)
def test_what_is_held(folder: Any, text: str) -> None:
    assert warned(folder, text) == ()


def test_references_are_held_by_what_refers_to_them(folder: Any) -> None:
    """That the stack does not hold them is another finding, of the stack as a whole."""
    text = (
        "web = Service(networks=[Network()], volumes=[Volume().at('/a')], configs=[Config(file='a')],\n"
        "    environment={'A': f'{Secret(file=\"a\").path}!'}, depends_on=[Service(image='x')])\n"
    )
    assert warned(folder, text) == ()


def test_other_stacks_of_the_file_hold_theirs(folder: Any) -> None:
    text = (
        "loose = Service(image='x')\nstacks = {'a': Stack.of({'web': Service(image='x')}), 'b': [Stack.of({'web': Service(image='x')})]}\n"
        "class Shop:\n    web = Service(image='x')\nonly = Stack.of({'web': Service(image='x')})\nworkers = {'a': Service(image='x')}\n"
    )
    for name in ("Shop", "only", "workers"):
        assert warned(folder, text, object=name) == ()
    assert warned(folder, text) == ()


def test_what_the_stack_is_picked_from(folder: Any) -> None:
    text = (
        "fleet = {'eu': {'a': Service(image='x')}, 'us': [Service(image='x')]}\n"
        "def shop(region: str = 'eu') -> Stack:\n    return Stack.of(fleet[region])\n"
    )
    assert warned(folder, text) == ()


def test_a_library_of_templates_may_be_used_in_part(folder: Any) -> None:
    folder.write(
        "library.py", "web = Service(image='x')\nworker = Service(image='x')\nNAMES = [Volume()]\n_x = Network()\n"
    )
    assert warned(folder, "from library import web\n") == ()
    assert warned(folder, "import library\nweb = evolve(library.web, image='a')\n") == ()


def test_what_a_module_beside_the_file_loses_is_lost(folder: Any) -> None:
    folder.write("library.py", "web = Service(image='a')\nweb = Service(image='b')\n")
    finding = folder.fault("from library import web\n")
    assert folder.marked(finding) == [("library.py", 1, "Service(image='a')"), ("library.py", 2, "web")]


def test_an_imported_template_is_deployed(folder: Any) -> None:
    folder.write("library.py", "base = Service(image='x')\n")
    text = "from library import base\nweb = evolve(base, image='a')\napi = web.with_deploy(replicas=2)\n"
    (warning,) = warned(folder, text)
    assert warning.severity is Severity.WARNING
    assert warning.summary == "service base is deployed although others are made from it: web, api"
    assert warning.help.endswith("from library import base as _base")
    assert folder.marked(warning) == [("stack.py", 1, "base"), ("library.py", 1, "Service(image='x')")]
    assert warned(folder, text.replace("import base", "import base as _base").replace("(base", "(_base")) == ()


def test_a_template_imported_with_a_star(folder: Any) -> None:
    folder.write("library.py", "base = Service(image='x')\n")
    (warning,) = warned(folder, "from library import *\nweb = evolve(base, image='a')\n")
    assert folder.marked(warning) == [("library.py", 1, "Service(image='x')")]


def test_a_template_of_the_file_itself_is_a_service_too(folder: Any) -> None:
    assert warned(folder, "base = Service(image='x')\nweb = evolve(base, image='a')\n") == ()


def test_a_module_whose_services_are_forgotten(folder: Any) -> None:
    folder.write("db.py", "db = Service(image='x')\nnet = Network()\n")
    (warning,) = warned(folder, "import db\nweb = Service(image='x')\n")
    assert warning.summary == "the services of db are not in this stack: db"
    assert warning.help == "import them by name: from db import db"
    assert folder.marked(warning) == [("stack.py", 1, "db")]


def test_a_thousand_private_templates_are_quick_to_count(folder: Any) -> None:
    text = "_t = [Service(image=f'a{i}') for i in range(1000)]\nweb = {f'w{i}': evolve(_t[i]) for i in range(1000)}\n"
    assert warned(folder, text) == ()


def test_what_else_is_wrong_is_told_at_the_same_time(folder: Any) -> None:
    findings = folder.faults("Network()\na = Service(ports=['80:80'])\nb = Service(ports=['80:80'])\n")
    assert findings[0].summary.startswith("a network is made here and lost")
    assert any("80/tcp" in finding.summary for finding in findings[1:])
    assert all(finding.places for finding in findings)
