"""Writing files: what may be overwritten, and that a reader never meets half a workbook."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from floors import files
from floors.errors import OutputError, UsageError
from floors.files import check_target, check_workbook, is_ours, replace_atomically

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
        "import os, sys; from pathlib import Path; from floors.files import replace_atomically\n"
        "def write(path): path.write_bytes(b'half'); os._exit(9)\n"
        "replace_atomically(Path(sys.argv[1]), write)"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(tmp_path / "r.xlsx")], check=False)
    assert done.returncode == 9
    (left,) = names(tmp_path)
    assert left.startswith(".floors-")
    replace_atomically(tmp_path / "r.xlsx", ours_into)
    assert names(tmp_path) == ["r.xlsx"]


def test_files_of_others_and_of_runs_at_work_are_left_alone(tmp_path: Path) -> None:
    with files._fresh_file(tmp_path) as at_work:
        dead = at_work.name.replace(f"-{os.getpid()}-", "-99999999-")
        elsewhere = ".floors-00000000-99999999-0123abcd.xlsx"
        for name in (dead, elsewhere, ".floors-notes.xlsx", ".r.xlsx"):
            (tmp_path / name).write_bytes(b"")
        replace_atomically(tmp_path / "r.xlsx", ours_into)
        kept = [at_work.name, elsewhere, ".floors-notes.xlsx", ".r.xlsx", "r.xlsx"]
        assert names(tmp_path) == sorted(kept)
