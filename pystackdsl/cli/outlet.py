"""Files that a command writes: all of them or none, each whole or untouched.

Paths and bytes come in from the verbs. Every file is first written beside its place under another name; only when all
are complete do they take their places.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from pystackdsl.cli.failure import CommandError

__all__ = ["difference", "make_folder", "refuse_same", "write_all"]


def write_all(files: Mapping[Path, bytes], *, private: bool = False) -> None:
    """Write files, which take their places in the order given.

    A device or a pipe is written straight, a link stays a link, and a file that was there keeps its mode. Folders have
    to be there. What is `private` nobody but its owner may read. Raises CommandError for the first file that cannot be
    written.
    """
    drafts: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, data in files.items():
            place = Path(os.path.realpath(path))  # Path.resolve raises for a link to itself
            if place.exists() and not place.is_file() and not place.is_dir():
                place.write_bytes(data)
            else:
                drafts.append((_draft(place, data, private=private), place))
        while drafts:
            draft, path = drafts[0]
            draft.replace(path)
            del drafts[0]
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)


def refuse_same(path: Path, source: str | Path, noun: str = "stack file") -> None:
    """Raise CommandError where what is to be written is a file that it is made from; `noun` says which."""
    try:
        same = path.samefile(source)
    except OSError:
        return
    if same:
        raise CommandError(f"{path} is the {noun} itself", help="name the file to be written")


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are missing. Raises CommandError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise CommandError(f"{folder} is no folder", expected="a folder for the contents of configs") from None
    except OSError as error:
        raise _unwritable(folder, error) from None


def difference(path: Path, wanted: bytes) -> str:
    """How the file at `path` differs from what it should hold, as a unified diff; nothing when it does not.

    Raises CommandError when it is there and cannot be read.
    """
    try:
        held = path.read_bytes()
    except FileNotFoundError:
        return f"{path} is not there\n"
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    if held == wanted:
        return ""
    try:
        before, after = (data.decode().split("\n") for data in (held, wanted))
    except UnicodeDecodeError:
        return f"{path} differs: it holds {len(held)} bytes, {len(wanted)} would be built\n"
    from difflib import unified_diff

    from pystackdsl.views.cells import legible

    lines = unified_diff(before, after, str(path), "as it would be built", lineterm="")
    return "".join(f"{legible(line)}\n" for line in lines)


def _draft(place: Path, data: bytes, *, private: bool = False) -> Path:
    """A file beside `place` that holds the data. Raises OSError where `place` itself may not be written."""
    if place.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    mode = 0o600 if private else None
    if place.exists() and not private:
        mode = stat.S_IMODE(place.stat().st_mode)
    if place.exists() and not os.access(place, os.W_OK):
        raise PermissionError(None, "its permissions forbid it")
    draft = place.with_name(f".{place.name}.{os.getpid()}.new")
    with draft.open("xb") as file:
        try:
            if mode is not None:
                draft.chmod(mode)
            file.write(data)
            file.flush()
        except BaseException:
            draft.unlink()
            raise
    return draft


def _unwritable(path: Path, error: OSError) -> CommandError:
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return CommandError(
            f"{path} cannot be written: there is no folder {path.parent}", help=f"make it first: mkdir -p {path.parent}"
        )
    reason = (error.strerror or str(error)).lower()
    help = f"name a file in it: {path / 'NAME'}" if isinstance(error, IsADirectoryError) else ""
    return CommandError(f"{path} cannot be written: {reason}", help=help)
