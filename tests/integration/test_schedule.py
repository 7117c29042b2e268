"""What runs by itself is printed, set up, and taken away without a trace."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from builders import NOW, a_tray
from conftest import Veille
from databases import store_of
from programs import program
from veille.clock import SystemClock
from veille.model.month import month_of
from veille.scheduling import crontab, systemd
from veille.scheduling.jobs import Job, jobs_of
from veille.settings import ScheduleSettings
from veille.store import issues

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has neither systemd nor cron")

ODD = Path('/home/camille/100 % "veille" $HOME d\'art')

# A crontab that keeps its table in a file, and a systemctl that writes down what it was told.
CRONTAB = """#!/bin/sh
table="$(dirname "$0")/table"
case "$1" in
  -l) test ! -f "$(dirname "$0")/unreadable" || { echo "crontab: disk error" >&2; exit 1; }
      test -f "$table" && cat "$table" || { echo "no crontab for camille" >&2; exit 1; } ;;
  -) cat > "$table" ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/told"
test ! -f "$(dirname "$0")/refuses" || { echo "Failed to connect to bus" >&2; exit 1; }
"""


class Machine:
    """The programs of a machine that keeps schedules, and what they were told."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.units = folder / "config" / "systemd" / "user"
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        for name, text in (("crontab", CRONTAB), ("systemctl", SYSTEMCTL)):
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o755)

    def boot_systemd(self) -> None:
        (self.folder / "run" / "systemd").mkdir(parents=True)

    @property
    def table(self) -> str:
        path = self.folder / "table"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def told(self) -> list[str]:
        path = self.folder / "told"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    folder = tmp_path / "machine"
    folder.mkdir()
    return Machine(folder, monkeypatch)


@pytest.mark.parametrize(
    ("send_day", "remind_days", "day"), [(25, 5, 20), (28, 0, 28), (5, 5, 28), (3, 5, 26), (1, 27, 2)]
)
def test_the_reminder_comes_so_many_days_before(send_day: int, remind_days: int, day: int) -> None:
    _collect, remind = jobs_of(Path("/v"), ScheduleSettings("06:30", send_day, remind_days), "fr")

    assert remind.day == day


def test_what_runs_is_this_very_veille() -> None:
    collect, _remind = jobs_of(Path("/v"), ScheduleSettings("07:05"), "fr")

    assert (collect.hour, collect.minute, collect.day) == (7, 5, None)
    assert collect.command[-6:] == ("-w", "/v", "--lang", "fr", "collect", "--quiet")
    done = subprocess.run([*collect.command[:-6], "--version"], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("veille ")


def test_without_a_veille_beside_python_the_module_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/elsewhere/python3")

    collect, _remind = jobs_of(Path("/v"), ScheduleSettings(), "fr")

    assert collect.command[:3] == ("/elsewhere/python3", "-m", "veille")


def test_a_crontab_line_runs_exactly_the_command() -> None:
    job = Job("collect", ("echo", "-w", str(ODD), "a;b"), 6, 30)

    line = crontab.lines_of([job], ODD).splitlines()[1]

    when, command = line[:11], line[11:]
    assert when == "30 6 * * * "
    # cron gives the shell what stands before an unescaped %, without the backslashes before the others.
    assert re.search(r"(?<!\\)%", command) is None
    assert shlex.split(command.replace("\\%", "%")) == list(job.command)


def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    jobs = (Job("collect", ("/bin/echo", str(ODD)), 6, 30), Job("remind", ("/bin/echo",), 9, 0, day=20))
    units = systemd.units_of(jobs, ODD)
    for name, text in units.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    done = subprocess.run(
        [program("systemd-analyze"), "verify", "--user", "--man=no", *[tmp_path / name for name in units]],
        check=False, capture_output=True, text=True, env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip

    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line or "veille-" in line] == []
    collect = next(text for name, text in units.items() if name.endswith("collect.service"))
    assert 'ExecStart="/bin/echo" "/home/camille/100 %% \\"veille\\" $$HOME d\'art"' in collect
    timers = "".join(text for name, text in units.items() if name.endswith(".timer"))
    assert "OnCalendar=*-*-* 06:30:00" in timers
    assert "OnCalendar=*-*-20 09:00:00" in timers
    assert timers.count("Persistent=true") == 2


def test_lines_are_printed_and_nothing_is_set_up(veille: Veille, machine: Machine) -> None:
    said = veille("schedule", "--by", "cron")

    assert said.startswith("# veille schedule begin:")
    assert len(said.splitlines()) == 4
    assert veille.json("schedule", "--by", "cron")["lines"].rstrip() == said.rstrip()
    assert machine.table == ""


def test_units_are_printed_where_systemd_runs(veille: Veille, machine: Machine) -> None:
    machine.boot_systemd()

    document = veille.json("schedule")

    assert document["scheduler"] == "systemd"
    assert len(document["files"]) == 4
    assert all(f"# {name}" in veille("schedule") for name in document["files"])


def test_a_crontab_gets_its_lines_once_and_gives_them_back(veille: Veille, machine: Machine) -> None:
    (machine.folder / "table").write_text("MAILTO=camille\n0 1 * * * backup", encoding="utf-8")

    veille("schedule", "--install")
    once = machine.table
    veille("schedule", "--install")

    assert machine.table == once
    assert once.startswith("MAILTO=camille\n0 1 * * * backup\n# veille schedule begin:")
    assert veille.json("schedule", "--remove") == {"removed": True}
    assert machine.table == "MAILTO=camille\n0 1 * * * backup\n"
    assert veille.json("schedule", "--remove") == {"removed": False}


def test_a_crontab_that_cannot_be_read_is_not_written_over(veille: Veille, machine: Machine) -> None:
    (machine.folder / "table").write_text("0 1 * * * backup\n", encoding="utf-8")
    (machine.folder / "unreadable").touch()

    veille("schedule", "--install", code=1)

    assert "disk error" in veille.said
    assert machine.table == "0 1 * * * backup\n"


def test_another_workspace_keeps_its_schedule(veille: Veille, machine: Machine, tmp_path: Path) -> None:
    veille("schedule", "--install")
    first = machine.table
    other = tmp_path / "other"
    veille("init", str(other))
    veille("-w", str(other), "schedule", "--install")

    veille("-w", str(other), "schedule", "--remove")

    assert machine.table == first


def test_timers_are_started_and_taken_away_without_a_trace(veille: Veille, machine: Machine) -> None:
    machine.boot_systemd()

    veille("schedule", "--install")
    installed = sorted(path.name for path in machine.units.iterdir())
    veille("schedule", "--remove")

    kinds = ["collect.service", "collect.timer", "remind.service", "remind.timer"]
    assert [re.sub("[0-9a-f]{8}", "X", name) for name in installed] == [f"veille-X-{kind}" for kind in kinds]
    timers = " ".join(name for name in installed if name.endswith(".timer"))
    assert machine.told == [
        "--user daemon-reload",
        f"--user enable --now {timers}",
        f"--user disable --now {timers}",
        "--user daemon-reload",
    ]
    assert list(machine.units.iterdir()) == []


def test_a_systemd_that_refuses_is_quoted_and_nothing_stays(veille: Veille, machine: Machine) -> None:
    machine.boot_systemd()
    (machine.folder / "refuses").touch()

    veille("schedule", "--install", code=1)

    assert "Failed to connect to bus" in veille.said
    assert list(machine.units.iterdir()) == []


@pytest.mark.parametrize("systemd_first", [True, False])
def test_there_is_never_a_schedule_with_both(veille: Veille, machine: Machine, systemd_first: bool) -> None:
    machine.boot_systemd()
    first, second = ("systemd", "cron") if systemd_first else ("cron", "systemd")

    veille("schedule", "--install", "--by", first)
    veille("schedule", "--install", "--by", second)

    assert bool(machine.table) is (second == "cron")
    assert bool(list(machine.units.glob("veille-*"))) is (second == "systemd")


def test_a_machine_with_neither_is_told_what_to_do(
    veille: Veille, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(machine.folder / "empty"))

    veille("schedule", code=2)

    assert "docs/how-to/schedule.md" in veille.said
    assert veille.json("schedule", "--remove") == {"removed": False}


def test_a_program_that_cannot_be_run_is_named(veille: Veille, machine: Machine) -> None:
    (machine.folder / "crontab").write_text("not a program", encoding="utf-8")

    veille("schedule", "--install", code=1)

    assert "“crontab" in veille.said


def test_installing_and_removing_exclude_each_other(veille: Veille, machine: Machine) -> None:
    veille("schedule", "--install", "--remove", code=2)


def test_a_quiet_run_says_nothing_and_leaves_one_line_in_the_log(veille: Veille) -> None:
    said = veille("collect", "--quiet")

    assert (said, veille.said) == ("", "")
    (line,) = (veille.folder / "veille.log").read_text(encoding="utf-8").splitlines()
    assert line.endswith("collected feeds=0 failed=0 entries_new=0")


def test_a_reminder_too_leaves_one_line_in_the_log(veille: Veille) -> None:
    configure(veille, 27)

    veille("remind", "--mail")

    (line,) = (veille.folder / "veille.log").read_text(encoding="utf-8").splitlines()
    assert re.search(r"countdown month='\d{4}-\d\d' days=-?\d+ mailed=(True|False)$", line)


def test_the_countdown_is_told_at_any_moment(veille: Veille) -> None:
    said = veille("remind")

    assert "0 of 5 links are picked." in said
    assert set(veille.json("remind")) == {"month", "leaves_on", "days", "picked", "links", "status", "missed"}


def configure(veille: Veille, remind_days: int) -> None:
    with (veille.folder / "veille.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[schedule]\nsend_day = 28\nremind_days = {remind_days}\n")


def test_the_curator_is_written_to_alone_once_it_is_time(veille: Veille) -> None:
    configure(veille, 27)

    assert veille("remind", "--mail") == ""

    (message,) = (veille.folder / "outgoing" / "reminders").glob("*.eml")
    text = message.read_bytes().decode()
    assert "To: =?utf-8?" in text
    assert "camille@musee.example" in text
    assert "Subject: The issue of " in text
    assert "List-Id" not in text


def test_when_the_issue_has_left_already_nothing_is_written(veille: Veille) -> None:
    configure(veille, 0)
    month = month_of(SystemClock().now())
    with store_of(veille.folder) as store, store.transaction() as transaction:
        issue = replace(issues.create_issue(transaction, month, links=5, first_number=34), tray=a_tray())
        issues.mark_approved(transaction, issue, "hash", NOW)
        issues.mark_sent(transaction, issue.id)

    veille("remind", "--mail")

    assert not (veille.folder / "outgoing" / "reminders").exists()


def test_a_curator_without_an_address_cannot_be_reminded(veille: Veille) -> None:
    configure(veille, 27)
    path = veille.folder / "veille.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('address = "camille@musee.example"', ""), "utf-8"
    )

    veille("remind", "--mail", code=5)

    assert "curator.address is empty" in veille.said
