# SPDX-License-Identifier: GPL-2.0-only
"""Help, unknown words, options, and what the exit status says."""
import pytest

COMMANDS = ["enable", "disable", "console", "cell create", "cell load",
            "cell start", "cell shutdown", "cell destroy", "cell list",
            "cell stats", "config check", "config compile", "config map",
            "config show"]


def test_help_lists_every_command(cli):
    for option in ("--help", "-h", "help"):
        r = cli(option)
        assert r.returncode == 0 and r.stderr == ""
        for command in COMMANDS:
            assert f"  {command} " in r.stdout


def test_help_of_a_group(cli):
    r = cli("cell", "--help")
    assert r.returncode == 0
    assert "cell create" in r.stdout and "enable" not in r.stdout


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_of_a_command(cli, command, option):
    r = cli(*command.split(), option)
    assert r.returncode == 0 and r.stderr == ""
    assert r.stdout.startswith(f"Usage: cellblock {command}")
    assert cli.requests() == []


def test_version(cli):
    r = cli("--version")
    assert r.returncode == 0 and r.stdout.startswith("cellblock ")


@pytest.mark.parametrize("words, meant", [
    (["lsit"], "cell list"),
    (["cell", "creat"], "cell create"),
    (["cell", "lsit"], "cell list"),
    (["create"], "cell create"),
    (["enabel"], "enable"),
    (["cell", "shutdwon"], "cell shutdown"),
])
def test_did_you_mean(cli, words, meant):
    r = cli(*words)
    assert r.returncode == 2 and r.stdout == ""
    assert r.stderr == (f"cellblock: unknown command '{' '.join(words)}'; "
                        f"did you mean '{meant}'?\n")


def test_no_guess_for_nonsense(cli):
    r = cli("xyzzyplugh")
    assert r.returncode == 2 and "did you mean" not in r.stderr


@pytest.mark.parametrize("words, hint", [
    ([], "no command"),
    (["cell"], "which 'cell' command?"),
    (["--frob"], "unknown option '--frob'"),
    (["disable", "now"], "one argument too many: 'now'"),
    (["enable"], "no SYSTEM given"),
    (["enable", "a", "b"], "one argument too many: 'b'"),
    (["cell", "create"], "no CELL given"),
    (["cell", "list", "-x"], "unknown option '-x'"),
    (["cell", "list", "--frob"], "unknown option '--frob'"),
    (["cell", "start"], "which cell?"),
    (["cell", "start", "a", "b"], "one argument too many: 'b'"),
    (["cell", "start", "--name"], "option '--name' needs a value"),
    (["cell", "start", "a" * 32], "longer than the 31 characters"),
    (["cell", "start", ""], "name of a cell is empty"),
    (["cell", "load"], "which cell?"),
    (["cell", "load", "1"], "no image given"),
    (["cell", "load", "1", "-a", "0"], "an address before any image"),
    (["cell", "load", "1", "x", "-a", "1", "-a", "2"], "two addresses"),
    (["cell", "load", "1", "x", "-a", "here"], "'here' is no address"),
    (["cell", "load", "1", "x", "-a", "-1"], "'-1' is no address"),
    (["cell", "stats"], "which cell?"),
    (["cell", "stats", "1", "-i", "0"], "is no interval"),
    (["cell", "stats", "1", "-i", "nan"], "is no interval"),
    (["config", "check"], "no SYSTEM given"),
    (["config", "map"], "no SYSTEM given"),
    (["config", "show"], "no SYSTEM given"),
    (["config", "map", "--format", "gif", "x"], "'gif' is no format"),
])
def test_wrong_usage_is_one_line(cli, words, hint):
    r = cli(*words)
    assert r.returncode == 2 and r.stdout == ""
    assert hint in r.stderr and "--help" in r.stderr
    assert r.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [
    ["disable"], ["console"], ["cell", "start", "1"], ["cell", "list"],
    ["cell", "destroy", "x"], ["cell", "stats", "1", "--once"],
    ["cell", "load", "1", "-s", "x"],
])
def test_module_not_loaded(cli, words):
    r = cli(*words)
    assert r.returncode == 2
    assert "kernel module is not loaded" in r.stderr


@pytest.mark.parametrize("words", [
    ["disable"], ["cell", "start", "1"], ["cell", "load", "1", "-s", "x"],
])
def test_not_enabled(cli, words):
    cli.load_module(enabled=False)
    r = cli(*words)
    assert r.returncode == 1
    assert "cellblock enable SYSTEM" in r.stderr
    assert cli.requests() == []


def test_output_that_cannot_be_written(cli):
    with open("/dev/full", "w") as full:
        import subprocess
        r = subprocess.run([cli.binary, "--help"], stdout=full, text=True,
                           stderr=subprocess.PIPE, env=cli.env)
    assert r.returncode == 1 and "cannot write" in r.stderr
