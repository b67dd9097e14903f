"""run_reports: isolation, the fixed environment, what counts as success, what survives a kill."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest

from analysis.runs.execution import child
from analysis.runs.execution.limits import Limits
from analysis.runs.execution.run import run_reports
from analysis.runs.execution.server import start_server
from analysis.runs.plan import Report
from analysis.study.errors import MachineError, UsageError

SRC = Path(child.__file__).resolve().parents[3]
STUCK_IN_C = "import re; re.match('(a+)+$', 'a' * 60 + 'b')"  # holds the interpreter's lock
SLEEPER = "import subprocess; pid = subprocess.Popen(['sleep', '300']).pid"


def report(folder, report_id, *sources, limits=None, **parameters):
    """A report of code cells; the first holds the parameters."""
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)]
    cells[0].metadata.tags = ["parameters"]
    path = folder / f"{report_id}-template.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return Report(report_id, path, parameters, limits=limits or Limits())


def texts(outcome):
    """Text of every cell, its value last."""
    cells = nbformat.read(outcome.notebook, as_version=4).cells
    shown = [[o.get("text") or o.data["text/plain"] for o in cell.outputs] for cell in cells]
    return ["".join(parts) for parts in shown]


def gone(pid, within=5.0):
    """Whether a process ends in time; a zombie waits for its parent alone."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


ENVIRONMENT = """import os, sys, tempfile, time
print(time.tzname[0], os.environ["LC_ALL"], sys.flags.utf8_mode, hash("a"), os.environ["CALLER"])
print(os.environ["OMP_NUM_THREADS"], os.environ.keys() & {"MPLBACKEND", "HOME"})
print(os.getcwd() == tempfile.gettempdir(), os.listdir(), os.getsid(0) == os.getpid())"""
UNSTABLE = "import uuid\nprint({'a', 'b', 'c', 'd'}, object())\nimport warnings; warnings.warn('w')"
LEAK = "import json, numpy\njson.leak = 1\nopen('leak', 'w').close()\nprint(numpy.random.random())"
SEES = "import json, numpy, os\nprint(hasattr(json, 'leak'), os.listdir())\nnumpy.random.random()"
FORGED = """import json, os
for name in ("forged.done", "forged.ipynb"):
    open(f"../../{name}", "w").write(json.dumps({"digest": "of something else"}))
os._exit(0)"""


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """Outcomes by id of one run of many reports, and the working folder after it."""
    folder, working = tmp_path_factory.mktemp("templates"), tmp_path_factory.mktemp("working")
    reports = [
        report(folder, "works", "a = 1", "a"),
        report(folder, "given", "a = 1\nb = ''\nc = 0.0\nd = False", "a, b, c, d",
               a=-2, b='"; x = 1 #{a}\n\\', c=float("inf"), d=True),
        report(folder, "environment", ENVIRONMENT),
        report(folder, "unstable", UNSTABLE),
        report(folder, "unstable-too", UNSTABLE),
        report(folder, "leak", LEAK),
        report(folder, "sees", SEES),
        report(folder, "raises", "a = 1", "1", "raise ValueError('no\\nrows')", "3", a=2),
        report(folder, "allowed", "1"),
        report(folder, "exit-0", "import sys", "sys.exit(0)", "3"),
        report(folder, "dies", "a = 1", "import os\nos._exit(0)", a=2),
        report(folder, "killed", "import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"),
        report(folder, "segfault", "import ctypes", "ctypes.string_at(0)"),
        report(folder, "forged", FORGED),
        report(folder, "stays", "import threading, time",
               "threading.Thread(target=time.sleep, args=(300,)).start()"),
        report(folder, "leaves", SLEEPER, "pid"),
        Report("missing", folder / "no.ipynb", {}),
    ]  # fmt: skip
    allowed = nbformat.read(reports[8].notebook, as_version=4)
    allowed.cells = [nbformat.v4.new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})]
    nbformat.write(allowed, reports[8].notebook)
    (working / "raises.done").write_text("from an earlier run")
    (working / "missing.ipynb").write_text("from an earlier run")
    told, before = [], dict(os.environ)
    start_server()
    assert dict(os.environ) == before
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALLER", "calls")
        patch.setenv("MPLBACKEND", "pdf")
        patch.delenv("HOME")  # the server has it
        patch.setenv("TZ", "Pacific/Auckland")
        outcomes = run_reports(reports, working, retry_after_seconds=[0, 0], on_outcome=told.append)
    assert [o.report_id for o in outcomes] == [r.report_id for r in reports]
    assert sorted(map(str, told)) == sorted(map(str, outcomes))
    return {outcome.report_id: outcome for outcome in outcomes} | {"working": working}


def test_a_success_has_a_notebook_and_a_marker(ended):
    works = ended["works"]
    assert works.failure is None
    assert works.notebook == ended["working"] / "works.ipynb"
    assert texts(works) == ["", "1"]
    assert 0 < works.seconds < 60


def test_parameters_arrive_as_they_are(ended):
    assert texts(ended["given"])[-1] == "(-2, '\"; x = 1 #{a}\\n\\\\', inf, True)"


def test_the_environment_is_fixed_but_for_what_the_caller_sets(ended):
    command = [sys.executable, "-c", "print(hash('a'))"]
    fixed = {"PYTHONHASHSEED": "0"}
    seeded = subprocess.run(command, env=fixed, capture_output=True, text=True, check=True).stdout
    assert texts(ended["environment"])[0].splitlines() == [
        f"UTC C.UTF-8 1 {seeded.strip()} calls",
        "1 set()",
        "True [] True",
    ]


def test_two_runs_write_the_same_bytes(ended):
    first, second = (ended[name].notebook.read_bytes() for name in ("unstable", "unstable-too"))
    assert first == second
    assert b"start_time" not in first
    assert str(ended["working"]).encode() not in first


def test_reports_do_not_see_each_other(ended):
    (drawn,), (seen,) = texts(ended["leak"]), texts(ended["sees"])
    assert seen.startswith("False []\n")
    assert drawn.strip() != seen.split()[-1]


@pytest.mark.parametrize(
    ("name", "cell", "cause"),
    [
        ("raises", 2, "ValueError: no rows"),
        ("allowed", 0, "ZeroDivisionError: division by zero"),
        ("exit-0", 1, "SystemExit: 0"),
        ("dies", 1, "its process ended early, with exit code 0"),
        ("killed", 1, "killed by SIGKILL"),
        ("segfault", 1, "killed by SIGSEGV"),
        ("forged", 0, "its process ended early, with exit code 0"),
        ("missing", None, "FileNotFoundError: [Errno 2] No such file or directory: "),
    ],
)
def test_a_failure_names_its_cell_and_cause(ended, name, cell, cause):
    outcome = ended[name]
    assert outcome.failure is not None
    assert outcome.failure.cell == cell
    assert outcome.failure.cause.startswith(cause)
    assert "\n" not in outcome.failure.cause


def test_only_what_the_machine_did_is_tried_again(ended):
    """SIGKILL that is not ours is a machine out of memory; a segfault is the report's own."""
    outcomes = [outcome for name, outcome in ended.items() if name != "working"]
    assert {o.report_id: o.tries for o in outcomes if o.tries > 1} == {"killed": 3}
    assert [o.report_id for o in outcomes if getattr(o.failure, "machine", False)] == ["killed"]


def test_a_failed_report_keeps_its_evidence_alone(ended):
    cells = nbformat.read(ended["raises"].notebook, as_version=4).cells
    assert [o.ename for cell in cells for o in cell.get("outputs", []) if o.output_type == "error"]
    assert not (ended["working"] / "raises.done").exists()
    assert ended["missing"].notebook.exists() is False


def test_nothing_outlives_its_report(ended):
    assert ended["stays"].failure is None
    assert ended["stays"].seconds < 60
    assert gone(int(texts(ended["leaves"])[-1]))


def test_no_residue_in_the_working_folder(ended):
    files = {path.name for path in ended["working"].iterdir()}
    assert all(name.endswith((".ipynb", ".done")) for name in files), files
    done = {name.removesuffix(".done") for name in files if name.endswith(".done")}
    assert done == {n for n, o in ended.items() if n != "working" and o.failure is None} | {
        "forged"
    }


def test_a_report_over_time_is_killed_with_all_it_started(tmp_path):
    tell = "from pathlib import Path; Path('../../pid').write_text(str(pid))"
    daemon = SLEEPER.replace("'300']", "'300'], start_new_session=True")
    late = report(tmp_path, "late", daemon, tell, STUCK_IN_C, limits=Limits(seconds=2))
    fine = report(tmp_path, "fine", "1")
    outcomes = run_reports([late, fine], tmp_path / "working")
    assert outcomes[0].failure.cause == "timed out after 2 s"
    assert outcomes[0].failure.cell == 2
    assert 2 <= outcomes[0].seconds < 4
    assert outcomes[1].failure is None
    assert gone(int((tmp_path / "working" / "pid").read_text()))


@pytest.mark.parametrize("workers", [1, 2])
def test_so_many_run_at_a_time(tmp_path, workers):
    meet = """import time, uuid
from pathlib import Path
me = Path("../..") / f"{uuid.uuid4()}.here"
me.touch(); time.sleep(0.3); print(len(list(Path("../..").glob("*.here")))); me.unlink()"""
    reports = [report(tmp_path, f"r{n}", meet) for n in range(4)]
    outcomes = run_reports(reports, tmp_path / "{working}", workers=workers)
    assert max(int(texts(outcome)[0]) for outcome in outcomes) == workers


class Stop(KeyboardInterrupt):
    pass


@pytest.mark.parametrize("kernel", ["in-process", "stock"])
def test_an_interrupted_run_leaves_nothing_running(tmp_path, kernel):
    tell = (
        "import os; from pathlib import Path\nPath('../../files').write_text(str(os.listdir()))\n"
    )
    tell += "Path('../../pid').write_text(str(os.getpid()))"
    wait = "import os, time\nwhile not os.path.exists('../../pid'): time.sleep(0.01)"
    reports = [report(tmp_path, "stuck", tell, STUCK_IN_C), report(tmp_path, "wait", wait)]
    working = tmp_path / "working"

    def stop(outcome):
        raise Stop

    with pytest.raises(Stop):
        run_reports(reports, working, kernel=kernel, on_outcome=stop)
    assert gone(int((working / "pid").read_text()))
    assert not list(working.glob(".*"))
    # Kernels of their own talk through sockets of their own, not ports.
    assert ("kernel-ipc-1" in (working / "files").read_text()) == (kernel == "stock")


def script(tmp_path, body, **environment):
    """A program that would call run_reports; started, not awaited."""
    path = tmp_path / "script.py"
    head = "from pathlib import Path\nfrom analysis.runs.execution import run, server\n"
    head += "from analysis.runs.plan import Report\nif __name__ == '__main__':\n"
    path.write_text(head + "".join(f"    {line}\n" for line in body.splitlines()))
    environment = {**os.environ, "PYTHONPATH": str(SRC), **environment}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, path], text=True, env=environment, **pipes)


def test_reports_and_server_die_with_their_caller(tmp_path):
    """Also what hides in a session of its own; and the server's socket goes with it."""
    daemon = SLEEPER.replace("'300']", "'300'], start_new_session=True").replace("pid =", "hid =")
    sockets = Path(tempfile.mkdtemp(dir="/tmp"))  # the path of a socket must be short
    tell = "import os; from pathlib import Path\n"
    tell += "pids = f'{pid} {hid} {os.getpid()} {os.getppid()}'\n"
    tell += "Path('../../pids').write_text(pids)"
    stuck = report(tmp_path, "stuck", SLEEPER, daemon, tell, STUCK_IN_C)
    working, notebook = str(tmp_path / "working"), str(stuck.notebook)
    caller = script(
        tmp_path,
        f"run.run_reports([Report('stuck', Path({notebook!r}), {{}})], Path({working!r}))",
        TMPDIR=str(sockets),
    )
    pids = tmp_path / "working" / "pids"
    deadline = time.monotonic() + 60
    while not pids.exists() and caller.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert pids.exists(), caller.communicate()
    time.sleep(0.3)  # into the C code
    caller.send_signal(signal.SIGKILL)
    caller.communicate()
    assert all(gone(int(pid)) for pid in pids.read_text().split())
    sockets.rmdir()  # it is empty


@pytest.mark.parametrize("kernel", ["in-process", "stock"])
def test_a_long_path_for_temporary_files_is_no_hindrance(tmp_path, kernel):
    """A socket's path may have 107 bytes."""
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    notebook = str(report(tmp_path, "short", "1").notebook)
    body = f"reports = [Report('short', Path({notebook!r}), {{}})]\n"
    body += f"[ended] = run.run_reports(reports, Path({str(deep)!r}), kernel={kernel!r})\n"
    body += "assert ended.failure is None, ended"
    caller = script(tmp_path, body, TMPDIR=str(deep))
    _, errors = caller.communicate(timeout=120)
    assert caller.returncode == 0, errors


def test_a_server_that_breaks_is_reported(tmp_path):
    (tmp_path / "broken.py").write_text("raise RuntimeError('broken')")
    body = "server.WARM = run.WARM = 'broken'\n"
    body += f"run.run_reports([Report('a', Path('a'), {{}})], Path({str(tmp_path)!r}))"
    paths = os.pathsep.join([str(SRC), str(tmp_path)])
    caller = script(tmp_path, body, PYTHONPATH=paths)
    _, errors = caller.communicate(timeout=60)
    assert caller.returncode == 1
    assert "MachineError: the report server ended while importing; run python -c" in errors


def test_a_cold_server_is_refused(monkeypatch):
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        child._check_server("no_such_module")
    for modules, randomization, warm in (
        ((), 0, False),
        (("json",), 1, False),
        (("json",), 0, True),
    ):
        seen = SimpleNamespace(
            modules=dict.fromkeys(modules), flags=SimpleNamespace(hash_randomization=randomization)
        )
        monkeypatch.setattr(child, "sys", seen)
        with nullcontext() if warm else pytest.raises(MachineError, match="another forkserver"):
            child._check_server("json")


@pytest.mark.parametrize(
    ("value", "kind"),
    [(Path("a"), "PosixPath"), (("a",), "tuple"), (None, "NoneType"), (b"a", "bytes")],
)
def test_other_types_of_parameters_are_refused_before_anything_runs(tmp_path, value, kind):
    reports = [report(tmp_path, "fine", "a = 1"), report(tmp_path, "typed", "a = 1", a=value)]
    with pytest.raises(TypeError, match=f"report typed: parameter 'a' is a {kind}; give a str"):
        run_reports(reports, tmp_path / "working")
    assert not (tmp_path / "working").exists()


EVIL = [
    *(
        "'",
        '"',
        '"""',
        "\\",
        "\\'",
        "a\nb",
        "a\r\n",
        "\x00",
        "\x1b[31m",
        "\u202e",
        "\ufeff",
        "{",
        "}",
    ),
    *("{x.__class__}", "%s", "$HOME", "`id`", "; rm -rf /", "../../etc/passwd", "/etc/passwd", "~"),
    *("nan", "None", "True", "007", "1e5", " 12 ", "", "x" * 300, "<script>", "={1+1}", "#", "😀"),
    *("');__import__('os').system('id')#", "\\x41", "\\N{BULLET}", "é", "e\u0301", "\u2028", "\t"),
]


def test_evil_values_arrive_as_they_are(tmp_path):
    names = [f"v{number}" for number in range(len(EVIL))]
    one = report(tmp_path, "evil", "\n".join(f"{name} = ''" for name in names),
                 f"import json; print(json.dumps([{', '.join(names)}]))",
                 **dict(zip(names, EVIL, strict=True)))  # fmt: skip
    [outcome] = run_reports([one], tmp_path / "working")
    assert json.loads(texts(outcome)[-1]) == EVIL
    assert {path.name for path in (tmp_path / "working").iterdir()} == {"evil.ipynb", "evil.done"}


def test_half_a_character_fails_its_report_alone(tmp_path):
    half = report(tmp_path, "half", "a = ''", a="\ud800")
    outcomes = run_reports([half, report(tmp_path, "fine", "1")], tmp_path / "working")
    assert [outcome.failure is None for outcome in outcomes] == [False, True]


@pytest.mark.parametrize("name", ["a=1;b", "a b", "", "class", "1a"])
def test_a_parameter_name_is_a_name(tmp_path, name):
    with pytest.raises(UsageError, match="is no name"):
        run_reports([Report("x", tmp_path / "x", {name: 1})], tmp_path / "working")


@pytest.mark.parametrize("ids", [["../a"], [".a"], [""], ["a/b"], ["a\n"], ["a", "a"]])
def test_ids_are_file_names_and_differ(tmp_path, ids):
    with pytest.raises(UsageError, match="is no file stem, or comes twice"):
        run_reports([Report(name, tmp_path, {}) for name in ids], tmp_path / "working")


def test_no_workers_run_nothing(tmp_path):
    with pytest.raises(UsageError, match="at least 1"):
        run_reports([], tmp_path, workers=0)


def test_the_marker_holds_the_digest_of_the_notebook(ended):
    marker = json.loads((ended["working"] / "works.done").read_text())
    digest = hashlib.sha256(ended["works"].notebook.read_bytes()).hexdigest()
    assert (marker["digest"], marker["left"]) == (digest, [])
    assert re.fullmatch("[0-9a-f]{16}", marker["run"])
