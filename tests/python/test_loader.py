"""What running a user's file means: what it sees, what it may do, and what is left of it afterwards."""

from __future__ import annotations

import gc
import linecache
import os
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import pytest

from pystackdsl import Service
from pystackdsl.diagnostics import InvalidStack
from pystackdsl.model.value import recording
from pystackdsl.model.variable import environment, tokens
from pystackdsl.python import load, load_report

TEXT = 'from pystackdsl import Service\nweb = Service(image="nginx")\n'


def test_a_file_is_a_stack(stack: Any) -> None:
    found = stack('net = Network()\nweb = Service(image="nginx", networks=[net])\n')
    assert list(found.services) == ["web"]
    assert list(found.networks) == ["net"]


def test_a_path_may_be_text(folder: Any) -> None:
    assert list(load(str(folder.write("stack.py", "web = Service()"))).services) == ["web"]


def test_a_text_is_a_stack() -> None:
    assert load(TEXT).services["web"].image == "nginx"
    assert load("from pystackdsl import Service; web = Service()").services["web"].image is None


def test_relative_paths_start_from_the_folder_of_the_file(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder.write("deep/stack.py", "from parts.web import conf, web\n")
    folder.write("deep/parts/web.py", 'conf = Config(file="./a.conf")\nweb = Service(configs=[conf])\n')
    (folder.path / "elsewhere").mkdir()
    monkeypatch.chdir(folder.path / "elsewhere")
    assert load(file).base == folder.path / "deep"
    assert load(os.path.relpath(file)).base == folder.path / "deep"


@pytest.mark.parametrize("text", ["Stack.of({'web': Service()})", "type('S', (), {'web': Service()})"])
def test_every_kind_of_stack_has_the_base_of_the_file(stack: Any, folder: Any, text: str) -> None:
    assert stack(f"made = {text}\n").base == folder.path


def test_a_base_of_its_own_is_kept(stack: Any, folder: Any) -> None:
    assert stack("made = Stack.of({'web': Service()}, base='sub')\n").base == folder.path / "sub"
    assert stack("made = Stack.of({'web': Service()}, base='/srv')\n").base == Path("/srv")


def test_a_base_can_be_given(folder: Any, tmp_path: Path) -> None:
    assert load(folder.write("stack.py", "web = Service()"), base="/srv/x").base == Path("/srv/x")
    assert load(TEXT, base=tmp_path).base == tmp_path
    assert load(TEXT).base == Path.cwd()


def test_a_text_sees_the_modules_in_its_base(folder: Any) -> None:
    folder.write("parts.py", 'web = Service(image="a")')
    assert load("from parts import web\n", base=folder.path).services["web"].image == "a"


def test_the_name_is_the_stem(stack: Any) -> None:
    text = "web = Service(image=__name__, labels={'file': __file__})\nif __name__ == '__main__':\n    raise SystemExit"
    found = stack(text).services["web"]
    assert found.image == "stack"
    assert found.labels["file"].endswith("stack.py")


def test_string_annotations_of_classes_find_their_module(stack: Any) -> None:
    text = (
        "import dataclasses, typing\n@dataclasses.dataclass\nclass Site:\n    name: 'str'\n    more: 'typing.ClassVar[int]' = 1\n"
        "web = Service(image=Site('a').name)\n"
    )
    assert stack(text).services["web"].image == "a"


def test_prints_go_to_standard_error(stack: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stack("print('loading')\nweb = Service()\n")
    assert capsys.readouterr() == ("", "loading\n")


def test_modules_beside_the_file_are_read_afresh(folder: Any) -> None:
    file = folder.write("stack.py", "from parts import web\n")
    for image in ("one", "two", "six"):
        folder.write("parts.py", f'web = Service(image="{image}")')
        assert load(file).services["web"].image == image


def test_nothing_is_left_behind(folder: Any) -> None:
    folder.write_all(
        {
            "parts/__init__.py": "",
            "parts/web.py": "from .image import image\nweb = Service(image=image)\n",
            "parts/image.py": "image = 'nginx'\n",
            "spaces/inner/net.py": "net = Network()\n",
            "other.py": "import parts.web\n",
        }
    )
    text = (
        "import sys, other\nfrom parts.web import web\nfrom spaces.inner.net import net\nsys.path.append('/nowhere')\n"
    )
    file = folder.write("stack.py", text)
    modules = set(sys.modules)
    before = list(sys.path), list(sys.meta_path), sys.stdout
    load(file)
    new = {name.partition(".")[0] for name in set(sys.modules) - modules}
    assert new <= {"pystackdsl", *sys.stdlib_module_names} - {"parts", "spaces", "other", "stack"}
    assert (list(sys.path), list(sys.meta_path), sys.stdout) == before
    assert not [path for path in sys.path_importer_cache if path.startswith(str(folder.path))]
    assert recording.get() is None
    assert environment.get() is os.environ
    assert not list(folder.path.rglob("__pycache__"))


def test_nothing_is_left_behind_by_a_file_that_fails(folder: Any) -> None:
    folder.write("parts.py", "web = Service()\n")
    file = folder.write("stack.py", "import parts\n1 / 0\n")
    before = set(sys.modules), list(sys.path), list(sys.meta_path), sys.stdout
    with pytest.raises(InvalidStack):
        load(file)
    # Only what tells the error has been imported.
    assert {
        name for name in set(sys.modules) - before[0] if not name.startswith("pystackdsl")
    } <= sys.stdlib_module_names
    assert (list(sys.path), list(sys.meta_path), sys.stdout) == before[1:]
    assert recording.get() is None


def test_what_was_imported_from_elsewhere_stays(folder: Any) -> None:
    load(folder.write("stack.py", "import wave\nweb = Service()\n"))
    assert "wave" in sys.modules


def test_the_folder_comes_first(
    folder: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "parts.py").write_text("raise AssertionError('the wrong parts')\n")
    monkeypatch.syspath_prepend(other)
    folder.write("parts.py", "web = Service()\n")
    file = folder.write(
        "stack.py", "import sys\nfrom parts import web\nassert sys.path[0] == __file__.removesuffix('/stack.py')\n"
    )
    assert list(load(file).services) == ["web"]


def test_a_loaded_module_of_that_name_gives_way_and_comes_back(folder: Any) -> None:
    mine = sys.modules["parts"] = type(sys)("parts")
    try:
        folder.write("parts.py", "web = Service()\n")
        assert list(load(folder.write("stack.py", "from parts import web\n")).services) == ["web"]
        assert sys.modules["parts"] is mine
    finally:
        del sys.modules["parts"]


def test_a_module_that_the_process_has_from_the_folder_is_shared(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("shared_parts.py", "web = Service()\n")
    monkeypatch.syspath_prepend(folder.path)
    import shared_parts  # type: ignore[import-not-found]

    try:
        assert load(folder.write("stack.py", "from shared_parts import web\n")).services["web"] is shared_parts.web
        assert sys.modules["shared_parts"] is shared_parts
    finally:
        del sys.modules["shared_parts"]


def test_packages_inside_the_folder_that_other_paths_lead_to_are_left_alone(
    folder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(".venv/site-packages/a_library/__init__.py", "")
    folder.write(".venv/site-packages/a_library/deep.py", "")
    monkeypatch.syspath_prepend(folder.path / ".venv/site-packages")
    load(folder.write("stack.py", "import a_library.deep\nweb = Service()\n"))
    assert sys.modules.pop("a_library")
    assert sys.modules.pop("a_library.deep")


def test_a_module_may_import_the_stack_file(folder: Any) -> None:
    folder.write("parts.py", "import stack\nweb = Service(image=stack.image)\n")
    assert load(folder.write("stack.py", "image = 'a'\nfrom parts import web\n")).services["web"].image == "a"


def test_a_file_called_like_a_library_does_not_disturb_it(folder: Any) -> None:
    import json

    assert list(load(folder.write("json.py", "import json\njson.dumps({})\nweb = Service()\n")).services) == ["web"]
    assert sys.modules["json"] is json


def test_variables_are_read_or_stay_open(stack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "web = Service(image=var('TAG', default='latest'))\n"
    monkeypatch.setenv("TAG", "1")
    assert stack(text).services["web"].image == "1"
    assert stack(text, environment={"TAG": "2"}).services["web"].image == "2"
    assert stack(text, environment={}).services["web"].image == "latest"
    assert [each.name for each in tokens(stack(text, environment=None).services["web"].image)] == ["TAG"]


def test_a_file_may_load_another(folder: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "parts.py").write_text("image = 'inner'\n")
    inner = other / "stack.py"
    inner.write_text(
        "from pystackdsl import *\nfrom parts import image\n_unused = Service()\n"
        "web = Service(image=image, labels={'tag': var('TAG')})\n"
    )
    folder.write("parts.py", "image = 'outer'\n")
    text = (
        "from parts import image\nfrom pystackdsl.python import load\n"
        f"inner = load({str(inner)!r})\nimport parts\nassert parts.image == image == 'outer'\n"
        "web = evolve(inner.services['web'], hostname=image)\n"
    )
    web = load(folder.write("stack.py", text), environment={"TAG": "x"}).services["web"]
    assert (web.image, web.hostname, web.labels) == ("inner", "outer", {"tag": "x"})


def test_threads_load_side_by_side(folder: Any) -> None:
    for name in "abcd":
        folder.write(f"{name}/parts.py", f"import time\ntime.sleep(0.01)\nimage = '{name}'\n")
        folder.write(f"{name}/stack.py", "print('x')\nfrom parts import image\nweb = Service(image=image)\n")
    images: dict[str, str] = {}

    def run(name: str) -> None:
        for _ in range(3):
            images[name] = load(folder.path / name / "stack.py").services["web"].image or ""

    before = sys.stdout, list(sys.path)
    threads = [threading.Thread(target=run, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert images == {name: name for name in "abcd"}
    assert (sys.stdout, list(sys.path)) == before


def test_the_source_of_a_text_can_be_shown_while_its_code_lives() -> None:
    known = set(linecache.cache)
    stack = load(TEXT)
    origin = stack.services["web"].origin
    assert origin is not None
    name = origin.frames[-1][0].co_filename
    assert linecache.getline(name, 2) == 'web = Service(image="nginx")\n'
    del stack, origin
    gc.collect()
    assert set(linecache.cache) <= known


def test_the_cause_of_an_error_keeps_the_user_s_traceback(folder: Any) -> None:
    with pytest.raises(InvalidStack) as caught:
        load(folder.write("stack.py", "value = {}['a']\n"))
    assert isinstance(caught.value.__cause__, KeyError)
    assert "value = {}['a']" in "".join(traceback.format_exception(caught.value.__cause__))


def test_an_interrupt_passes(folder: Any) -> None:
    before = list(sys.path), sys.stdout
    with pytest.raises(KeyboardInterrupt):
        load(folder.write("stack.py", "raise KeyboardInterrupt\n"))
    assert (list(sys.path), sys.stdout) == before


def test_a_file_that_is_not_there(folder: Any) -> None:
    folder.write("stack.py", "")
    with pytest.raises(InvalidStack) as caught:
        load(folder.path / "stak.py")
    (finding,) = caught.value.findings
    assert finding.summary == f"there is no file {folder.path / 'stak.py'}"
    assert finding.help == "did you mean stack.py?"
    with pytest.raises(InvalidStack, match="there is no file"):
        load(folder.path / "nowhere" / "stack.py")
    with pytest.raises(InvalidStack, match="cannot be read"):
        load(folder.path)


def test_resources_are_the_user_s_own_objects(folder: Any) -> None:
    assert type(load(folder.write("stack.py", "web = Service()")).services["web"]) is Service


def test_a_report_without_doubts_is_the_stack(folder: Any) -> None:
    report = load_report(folder.write("stack.py", "web = Service()"))
    assert report.warnings == ()
    assert list(report.stack.services) == ["web"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1", "utf-8"])
def test_files_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    cookie = "# coding: latin-1\n" if encoding == "latin-1" else ""
    file = tmp_path / "stack.py"
    file.write_text(cookie + "from pystackdsl import *\nweb = Service(hostname='äé', image=3)\n", encoding=encoding)
    with pytest.raises(InvalidStack) as caught:
        load(file)
    span = caught.value.findings[0].places[0].span
    assert (span.line, span.column, span.end_column) == (3 if cookie else 2, 36, 37)


PROGRAM = """
import subprocess
import sys
before = set(sys.modules)
from pystackdsl.python import load
load(sys.argv[1])
print(*set(sys.modules) - before)
"""


def test_a_file_without_faults_needs_nothing_that_tells_them(folder: Any) -> None:
    file = folder.write("stack.py", "net = Network()\nweb = Service(networks=[net], deploy=Deploy(replicas=2))\n")
    run = subprocess.run([sys.executable, "-c", PROGRAM, file], capture_output=True, text=True, check=True)
    imported = set(run.stdout.split())
    ours = {name for name in imported if name.startswith("pystackdsl.python.")}
    assert ours == {f"pystackdsl.python.{name}" for name in ("loader", "neighbours", "selection")}
    heavy = {"difflib", "typeguard", "jinja2", "yaml", "docker", "tempfile", "subprocess", "json"}
    assert imported & heavy == set()


@pytest.mark.parametrize("line", ["y = 'é\0'", "\0"])
def test_a_null_byte_is_told_with_its_place(folder: Any, line: str) -> None:
    fault = folder.fault(f"x = 1\n{line}\n")
    assert fault.summary == "this is not Python: the file holds a null byte"
    assert fault.help == "save it as plain text, in UTF-8"
    assert [(place.span.file.name, place.span.line, place.span.column) for place in fault.places] == [
        ("stack.py", 3, line.index("\0") + 1)
    ]


def test_a_null_byte_in_a_text() -> None:
    with pytest.raises(InvalidStack) as caught:
        load("x = 1\ny = '\0'\n")
    (place,) = caught.value.findings[0].places
    assert (str(place.span.file), place.span.line, place.span.column) == ("<stack>", 2, 6)
