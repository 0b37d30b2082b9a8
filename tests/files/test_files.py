"""Writing files: what may be overwritten, and that a reader never meets half a workbook."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from floors.errors import OutputError, UsageError
from floors.files import targets as files
from floors.files.targets import check_target, check_workbook, is_ours, replace_atomically
from tests.support.scripts import by_hand

OUR_PROPERTIES = b'<Properties><property name="floors" pid="2"><v>0.1.0</v></property></Properties>'


def ours(path: Path, properties: bytes = OUR_PROPERTIES, sheet: bytes = b"<worksheet/>") -> Path:
    """As little as makes a workbook of ours."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet)
        book.writestr("docProps/custom.xml", properties)
    return path


def foreign(path: Path) -> Path:
    openpyxl.Workbook().save(path)
    return path


def writer(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def unchecked(path: Path) -> None:
    """Accept any content."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# check_target


def test_a_free_name_in_a_new_folder_is_fine_and_nothing_is_made(tmp_path: Path) -> None:
    check_target(tmp_path / "outputs" / "deep" / "r.xlsx", tmp_path / "in.xlsx")
    assert names(tmp_path) == []


def test_the_input_is_never_the_output_by_whatever_name(tmp_path: Path) -> None:
    source = ours(tmp_path / "in.xlsx")
    (tmp_path / "link.xlsx").symlink_to(source)
    os.link(source, tmp_path / "hard.xlsx")
    (tmp_path / "folder").mkdir()
    for name in ("in.xlsx", "link.xlsx", "hard.xlsx", "folder/../in.xlsx"):
        with pytest.raises(UsageError, match="is the input workbook"):
            check_target(tmp_path / name, source, force=True)
    with pytest.raises(UsageError, match="is the input workbook"):
        check_target(tmp_path / "folder/../gone.xlsx", tmp_path / "gone.xlsx")


def test_a_workbook_not_ours_needs_force(tmp_path: Path) -> None:
    path = foreign(tmp_path / "budget.xlsx")
    with pytest.raises(UsageError, match=r"budget\.xlsx was not written by floors .* --force"):
        check_target(path)
    check_target(path, force=True)
    check_target(ours(tmp_path / "ours.xlsx"))
    assert names(tmp_path) == ["budget.xlsx", "ours.xlsx"]


def test_a_folder_or_another_kind_of_file_is_a_wrong_target(tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        check_target(tmp_path / "folder.xlsx", force=True)
    with pytest.raises(UsageError, match=r"ends in \.xlsx"):
        check_target(tmp_path / "results.csv")


@pytest.mark.parametrize("lock", ["~$r.xlsx", ".~lock.r.xlsx#"])
def test_a_lock_file_beside_the_target_is_noticed(tmp_path: Path, lock: str) -> None:
    path = ours(tmp_path / "r.xlsx")
    (tmp_path / lock).write_text("me")
    with pytest.raises(OutputError, match="open in another program") as caught:
        check_target(path)
    assert lock in str(caught.value)


def test_a_file_in_the_way_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("")
    with pytest.raises(OutputError, match="outputs is not a folder"):
        check_target(tmp_path / "outputs" / "r.xlsx")


def test_a_folder_that_takes_no_file_is_found_out_by_trying(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(files.os, "open", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        check_target(tmp_path / "r.xlsx")


def test_a_write_protected_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ours(tmp_path / "r.xlsx")
    # The superuser may write everything, so the answer is given by hand.
    monkeypatch.setattr(files.os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="write-protected"):
        check_target(path)


def test_a_link_in_a_circle_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").symlink_to(tmp_path / "b.xlsx")
    (tmp_path / "b.xlsx").symlink_to(tmp_path / "a.xlsx")
    with pytest.raises(OutputError):
        check_target(tmp_path / "a.xlsx")


# is_ours, check_workbook


def test_only_our_property_makes_a_workbook_ours(tmp_path: Path) -> None:
    assert is_ours(ours(tmp_path / "a.xlsx"))
    assert not is_ours(foreign(tmp_path / "b.xlsx"))
    assert not is_ours(ours(tmp_path / "c.xlsx", OUR_PROPERTIES.replace(b"floors", b"Floors")))
    assert not is_ours(ours(tmp_path / "d.xlsx", b"<Properties><property"))
    assert not is_ours(ours(tmp_path / "e.xlsx", b"<!DOCTYPE x>" + OUR_PROPERTIES))
    assert not is_ours(ours(tmp_path / "f.xlsx", OUR_PROPERTIES + b" " * 1_000_000))
    for name, content in {"g.xlsx": b"", "h.xlsx": b"PK\x03\x04 cut off", "i.xlsx": b"a,b\n1,2"}.items():
        (tmp_path / name).write_bytes(content)
        assert not is_ours(tmp_path / name)


def test_a_workbook_is_read_back_part_by_part(tmp_path: Path) -> None:
    path = ours(tmp_path / "r.xlsx", sheet=b"<worksheet>" + b"<row/>" * 5000 + b"</worksheet>")
    check_workbook(path)
    whole = path.read_bytes()
    damaged = {
        "cut": whole[: len(whole) // 2],
        "flipped": whole[:60] + bytes(byte ^ 0x55 for byte in whole[60:70]) + whole[70:],
    }
    for name, content in damaged.items():
        path.write_bytes(content)
        with pytest.raises(OutputError, match="does not read back"):
            check_workbook(path)
            pytest.fail(name)
    with pytest.raises(OutputError, match="does not read back"):
        check_workbook(ours(path, sheet=b"<worksheet>\x01</worksheet>"))
    with pytest.raises(OutputError, match="property is missing"):
        check_workbook(foreign(path))


# replace_atomically


def test_the_folder_is_made_and_the_file_written(tmp_path: Path) -> None:
    path = tmp_path / "outputs" / "r.xlsx"
    assert replace_atomically(path, ours_into) == path
    assert is_ours(path) and names(path.parent) == ["r.xlsx"]


def ours_into(path: Path) -> None:
    ours(path)


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_atomically(tmp_path / "r.xlsx", ours_into)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "r.xlsx").stat().st_mode) == 0o640


def test_permissions_and_links_of_the_old_file_stay(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    real, link = ours(tmp_path / "shared" / "real.xlsx"), tmp_path / "r.xlsx"
    real.chmod(0o604)
    link.symlink_to(real)
    assert replace_atomically(link, writer(b"new"), unchecked) == link
    assert link.is_symlink() and real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o604
    assert names(tmp_path) == ["r.xlsx", "shared"] and names(real.parent) == ["real.xlsx"]


@pytest.mark.parametrize("fault", [ValueError("bug"), KeyboardInterrupt(), OutputError("too long")])
@pytest.mark.parametrize("step", ["write", "check"])
def test_whatever_goes_wrong_the_old_file_is_whole(tmp_path: Path, fault: BaseException, step: str) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"old")

    def write(unfinished: Path) -> None:
        assert unfinished.parent == tmp_path and unfinished.name.startswith(".floors-")
        unfinished.write_bytes(b"half")
        if step == "write":
            raise fault

    def check(unfinished: Path) -> None:
        assert unfinished.read_bytes() == b"half"
        raise fault

    with pytest.raises(type(fault)) as caught:
        replace_atomically(path, write, check)
    assert caught.value is fault
    assert path.read_bytes() == b"old" and names(tmp_path) == ["r.xlsx"]


def test_a_full_disk_is_an_output_error(tmp_path: Path) -> None:
    def write(unfinished: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match=r"r\.xlsx could not be written: No space left on device"):
        replace_atomically(tmp_path / "r.xlsx", write)
    assert names(tmp_path) == []


def test_a_target_that_cannot_be_replaced_leaves_the_result_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"old")
    (tmp_path / "r-1.xlsx").write_bytes(b"mine")
    replace = Path.replace

    def open_in_excel(self: Path, target: Path) -> Path:
        if target == path:
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", open_in_excel)
    placed = replace_atomically(path, writer(b"new"), unchecked)
    assert placed == tmp_path / "r-2.xlsx" and placed.read_bytes() == b"new"
    assert path.read_bytes() == b"old" and (tmp_path / "r-1.xlsx").read_bytes() == b"mine"
    assert names(tmp_path) == ["r-1.xlsx", "r-2.xlsx", "r.xlsx"]


def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    killed = (
        "import os, sys; from pathlib import Path; from floors.files.targets import replace_atomically\n"
        "def write(path): path.write_bytes(b'half'); os._exit(9)\n"
        "replace_atomically(Path(sys.argv[1]), write)"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(tmp_path / "r.xlsx")], check=False)
    assert done.returncode == 9
    (left,) = names(tmp_path)
    assert left.startswith(".floors-")
    replace_atomically(tmp_path / "r.xlsx", ours_into)
    assert names(tmp_path) == ["r.xlsx"]


def left_by_a_killed_run(folder: Path, number: int = 0) -> Path:
    """A file as a run that was killed leaves it."""
    path = folder / f".floors-{number:016x}.xlsx"
    path.write_bytes(b"half")
    return path


def test_files_of_others_and_of_runs_at_work_are_left_alone(tmp_path: Path) -> None:
    """A run at work holds its file locked, in whatever process or container; a killed one holds nothing."""
    left = left_by_a_killed_run(tmp_path)
    (tmp_path / "elsewhere").write_bytes(b"theirs")
    (tmp_path / ".floors-00000000000000aa.xlsx").symlink_to(tmp_path / "elsewhere")
    (tmp_path / ".floors-00000000000000bb.xlsx").mkdir()
    others = [".floors-notes.xlsx", ".floors-0000.xlsx", ".floors-00000000000000zz.xlsx", ".r.xlsx"]
    for name in others:
        (tmp_path / name).write_bytes(b"")
    code = (
        "import sys; from pathlib import Path; from floors.files.targets import _fresh_file\n"
        "with _fresh_file(Path(sys.argv[1])) as path: print(path.name, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        at_work = other.stdout.readline().strip()
        with files._fresh_file(tmp_path) as mine:
            replace_atomically(tmp_path / "r.xlsx", ours_into)
            check_target(tmp_path / "s.xlsx")
            assert mine.exists() and (tmp_path / at_work).exists()
        kept = [
            *others,
            "elsewhere",
            "r.xlsx",
            ".floors-00000000000000aa.xlsx",
            ".floors-00000000000000bb.xlsx",
        ]
        assert not left.exists() and names(tmp_path) == sorted([*kept, at_work])
        other.kill()
        other.wait()
    check_target(tmp_path / "r.xlsx")  # the look before a run is enough
    assert names(tmp_path) == sorted(kept)


def test_a_file_taken_for_one_left_behind_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run may come between the making of a file and its lock: it removes the file, or holds it."""
    lock, seen = files.lock, []

    def late(number: int) -> bool | None:
        seen.extend(set(names(tmp_path)) - set(seen))
        if len(seen) == 1:
            (tmp_path / seen[0]).unlink()
        return False if len(seen) == 2 else lock(number)

    monkeypatch.setattr(files, "lock", late)
    with files._fresh_file(tmp_path) as path:
        assert len(seen) == 3 and path.name == seen[2] and path.exists()


@pytest.mark.parametrize("system", ["no module", "no locks"])
def test_where_nothing_can_be_locked_age_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    """Windows, and network folders without locks: what is younger than an hour may be at work."""
    if system == "no module":
        monkeypatch.setattr(files, "fcntl", None)
    else:

        def refuse(*_: object) -> None:
            raise OSError(errno.ENOLCK, "No locks available")

        monkeypatch.setattr(files.fcntl, "flock", refuse)
    young, old = left_by_a_killed_run(tmp_path, 1), left_by_a_killed_run(tmp_path, 2)
    os.utime(old, (0, 0))
    assert replace_atomically(tmp_path / "r.xlsx", ours_into) == tmp_path / "r.xlsx"
    assert names(tmp_path) == sorted([young.name, "r.xlsx"])


def test_a_file_of_another_user_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left, opened = left_by_a_killed_run(tmp_path), os.open

    def refuse(path: Path, *rest: int) -> int:
        if path == left:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *rest)

    monkeypatch.setattr(files.os, "open", refuse)
    replace_atomically(tmp_path / "r.xlsx", ours_into)
    assert names(tmp_path) == sorted([left.name, "r.xlsx"])


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_while_writing_the_file_is_old_or_new(tmp_path: Path) -> None:
    """Every kind of workbook, at moments spread over its writing; `python -m tests.by_hand.killed 200` tries more."""
    counts = json.loads(by_hand("killed", "25", "--seed", "7"))
    assert counts["old"] + counts["new"] == 25 and "broken" not in counts
    assert counts["old"] > 0 and counts["left"] > 0, "no run was killed in the middle"
    assert counts["left after the next"] == 0


# What the system refuses


def test_a_folder_that_takes_the_place_of_the_target(tmp_path: Path) -> None:
    def check(path: Path) -> None:
        (tmp_path / "r.xlsx").mkdir()

    with pytest.raises(OutputError, match=r"r\.xlsx could not be written: Is a directory"):
        replace_atomically(tmp_path / "r.xlsx", writer(b"new"), check)
    assert names(tmp_path) == ["r.xlsx"] and names(tmp_path / "r.xlsx") == []


def test_a_name_too_long(tmp_path: Path) -> None:
    path = tmp_path / f"{'a' * 300}.xlsx"
    with pytest.raises(OutputError, match="cannot be written: File name too long"):
        check_target(path, force=True)
    with pytest.raises(OutputError, match="could not be written: File name too long"):
        replace_atomically(path, ours_into)
    assert names(tmp_path) == []


def test_a_device_is_no_target(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    with pytest.raises(UsageError, match="no file but a device"):
        check_target(tmp_path / "pipe.xlsx", force=True)


def test_the_input_in_other_letters(tmp_path: Path) -> None:
    """Where letters of either case are one name the system says that both are the same file."""
    source = ours(tmp_path / "in.xlsx")
    os.link(source, tmp_path / "IN.XLSX")  # what such a disk shows
    with pytest.raises(UsageError, match="is the input workbook"):
        check_target(tmp_path / "IN.XLSX", source, force=True)


def test_locks_beside_the_file_that_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "r.xlsx").symlink_to(ours(tmp_path / "shared" / "real.xlsx"))
    (tmp_path / "shared" / "~$real.xlsx").write_text("me")
    with pytest.raises(OutputError, match=r"~\$real\.xlsx lies beside it"):
        check_target(tmp_path / "r.xlsx")


def test_a_folder_that_vanishes(tmp_path: Path) -> None:
    folder = tmp_path / "gone"

    def write(path: Path) -> None:
        path.unlink()
        folder.rmdir()
        path.write_bytes(b"")

    with pytest.raises(OutputError, match=r"r\.xlsx could not be written: No such file or directory"):
        replace_atomically(folder / "r.xlsx", write)
    assert names(tmp_path) == []


def test_folders_made_for_nothing_are_taken_away(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(KeyboardInterrupt):
        replace_atomically(tmp_path / "a" / "b" / "c" / "r.xlsx", interrupted)
    assert names(tmp_path) == ["a"] and names(tmp_path / "a") == []


def interrupted(path: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EBUSY, errno.EXDEV, errno.ETXTBSY])
def test_a_target_that_the_system_holds_is_kept_and_the_result_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """In use, immutable, mounted from another file system: nothing that was solved is lost."""
    path = ours(tmp_path / "r.xlsx")
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target == path:
            raise OSError(number, os.strerror(number))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert replace_atomically(path, ours_into) == tmp_path / "r-1.xlsx"
    assert names(tmp_path) == ["r-1.xlsx", "r.xlsx"]


def test_a_file_system_without_permissions_or_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ours(tmp_path / "r.xlsx")
    synced, tried = os.fsync, []

    def no_mode(self: Path, mode: int) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    def no_folders(number: int) -> None:
        tried.append(stat.S_ISDIR(os.fstat(number).st_mode))
        if tried[-1]:
            raise OSError(errno.EINVAL, "Invalid argument")
        synced(number)

    monkeypatch.setattr(Path, "chmod", no_mode)
    monkeypatch.setattr(files.os, "fsync", no_folders)
    assert replace_atomically(path, writer(b"new"), unchecked) == path and path.read_bytes() == b"new"
    assert tried == [False, True]
    with monkeypatch.context() as windows:  # put back before anything else asks for it
        windows.setattr(files.os, "name", "nt")
        files._flush_folder(tmp_path)
    assert tried == [False, True]


def test_a_target_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ours(tmp_path / "r.xlsx")

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files.zipfile, "ZipFile", refuse)
    with pytest.raises(OutputError, match="exists and cannot be read: Permission denied"):
        is_ours(path)


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_properties_that_declare_entities_are_not_read(tmp_path: Path, code: str) -> None:
    text = '<!DOCTYPE a [<!ENTITY floors "x">]>' + OUR_PROPERTIES.decode()
    assert not is_ours(ours(tmp_path / "r.xlsx", text.encode(code)))


def test_a_full_disk_for_real(tmp_path: Path) -> None:
    """A limit on the size of files stops the writing as a full disk does, wherever it happens."""
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from floors.errors import OutputError; from floors.excel.template import write_template\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "path = Path(sys.argv[1])\n"
        "for size in (9000, 2000, 0):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (size,) * 2)\n"
        "    try: write_template(path, True)\n"
        "    except OutputError as error: print(error, path.read_bytes(), *path.parent.iterdir())"
    )
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    said = done.stdout.splitlines()
    assert len(said) == 3, done
    assert all("File too large" in line and line.endswith(f"b'old' {path}") for line in said), done
