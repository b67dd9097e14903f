"""docs/operations.md: every example is in its language and calls the command that we have."""

import ast
import re
import shutil
import subprocess

import pytest
import yaml

from analysis.cli.main import _parser
from analysis.study.project import PROJECT

TEXT = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```(\S.*)\n((?:.*\n)*?)```$", TEXT, re.MULTILINE))
FIELD = r"(\*|\d+)(-\d+)?(/\d+)?(,\d+(-\d+)?)*"
CRON = re.compile(rf"{FIELD}( {FIELD}){{4}} \S.*")


def test_every_example_is_there():
    assert set(BLOCKS) == {
        *(
            "bash news",
            "cron",
            "ini micromacro.service",
            "ini micromacro.timer",
            "yaml github-workflow",
        ),
        *("python airflow", "yaml kubernetes-cronjob", "yaml kubernetes-job", "bash slurm"),
    }


CALLS = re.findall(r"(?<=bin/micromacro )report --plan[^\n;`]*", TEXT.replace("\\\n", ""))


@pytest.mark.parametrize("line", CALLS)
def test_every_call_is_one_that_the_command_takes(line):
    words = line.partition("2>>")[0].translate(str.maketrans("", "", "\"'")).split()
    parsed = _parser().parse_args(words)
    assert (PROJECT / parsed.plan).exists()
    assert parsed.data.parts[:2] == ("data", "raw")


def test_cron_lines_have_five_fields_and_a_command():
    assignment, line = BLOCKS["cron"].splitlines()
    assert re.fullmatch(r"\w+=\S+", assignment)
    assert CRON.fullmatch(line)
    assert "%" not in line, "cron takes it for the end of a line"
    for kind in ("yaml github-workflow", "yaml kubernetes-cronjob", "python airflow"):
        [schedule] = re.findall(r'"(\S+ \S+ \S+ \S+ \S+)"', BLOCKS[kind])
        assert CRON.fullmatch(f"{schedule} command")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_takes_the_units(tmp_path):
    program = tmp_path / ".venv" / "bin" / "micromacro"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    units = []
    for kind in ("service", "timer"):
        unit = tmp_path / f"micromacro.{kind}"
        unit.write_text(BLOCKS[f"ini micromacro.{kind}"].replace("/srv/micromacro", str(tmp_path)))
        units.append(str(unit))
    command = ["systemd-analyze", "verify", "--recursive-errors=no", "--man=no", *units]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_the_workflow_has_what_a_workflow_needs():
    workflow = yaml.safe_load(BLOCKS["yaml github-workflow"])
    triggers = workflow[True]  # YAML 1.1 reads "on" as true, and so does the service's own parser
    assert set(triggers) == {"schedule", "workflow_dispatch"}
    [job] = workflow["jobs"].values()
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])


def test_the_dag_is_python_that_names_what_it_uses():
    tree = ast.parse(BLOCKS["python airflow"])
    compile(tree, "airflow", "exec")
    imported = {alias.name for n in ast.walk(tree) if hasattr(n, "names") for alias in n.names}
    assert imported == {"pendulum", "DAG", "BashOperator"}


@pytest.mark.parametrize("kind", ["yaml kubernetes-cronjob", "yaml kubernetes-job"])
def test_the_manifests_are_jobs_whose_pods_stand_together(kind):
    manifest = yaml.safe_load(BLOCKS[kind])
    assert manifest["apiVersion"] == "batch/v1"
    job = manifest["spec"]
    if manifest["kind"] == "CronJob":
        assert job["concurrencyPolicy"] == "Forbid"
        job = job["jobTemplate"]["spec"]
    else:
        assert (manifest["kind"], job["completionMode"]) == ("Job", "Indexed")
        assert f"/{job['completions']}" in str(job)
    pod = job["template"]["spec"]
    assert pod["restartPolicy"] == "Never"
    volumes = {volume["name"] for volume in pod["volumes"]}
    mounted = {m["name"] for c in pod["containers"] for m in c["volumeMounts"]}
    assert mounted <= volumes


def test_a_shell_takes_the_slurm_script(tmp_path):
    script = tmp_path / "job.sh"
    script.write_text(BLOCKS["bash slurm"])
    subprocess.run(["bash", "-n", script], check=True)
    lines = BLOCKS["bash slurm"].splitlines()
    directives = [line for line in lines if line.startswith("#SBATCH")]
    assert directives == lines[1 : 1 + len(directives)], "Slurm stops reading at the first command"


def test_the_lines_that_mail_news_mail_what_is_said_and_keep_the_code(tmp_path):
    """Run with a command that says something and fails, and with one that is silent."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name, body in {
        ".venv/bin/micromacro": "echo '{}' >&2\nprintf \"$SAID\"\nexit 1",
        "mail": "cat > mailed",
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    for said in ("", "decided: it is more"):
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "SAID": said}
        call = ["bash", "-c", BLOCKS["bash news"]]
        assert subprocess.run(call, cwd=tmp_path, env=environment, check=False).returncode == 1
        assert (tmp_path / "mailed").exists() == bool(said)
    assert (tmp_path / "mailed").read_text() == "decided: it is more\n"


def test_the_exit_codes_are_those_of_the_program():
    codes = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", TEXT, re.MULTILINE)
             for code in row.split(",")}  # fmt: skip
    assert codes == {0, 1, 2, 3, 4, 5, 70, 129, 130, 143}


def test_no_notebook_takes_a_secret():
    """Parameters are printed on the page."""
    for path in (PROJECT / "notebooks").glob("*.ipynb"):
        assert not re.search(
            r"(password|secret|token|api_?key)\w*\s*:", path.read_text(), re.IGNORECASE
        )
