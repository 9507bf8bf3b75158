"""The deployments of `flows.yaml` on a real Prefect server, with a real worker."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.conftest import ROOT

SEEDS = ROOT / "seeds"
STARTUP_SECONDS = 120


DEPLOYMENTS = {
    "nightly-extraction",
    "hourly-feeds",
    "weekly-refresh",
    "monthly-compaction",
    "monthly-verification",
}


class Prefect:
    """Prefect's command line, with a home and a server of its own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        self.api = f"http://127.0.0.1:{port}/api"
        own = {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_CLI_COLORS": "false",
        }
        inherited = {name: word for name, word in os.environ.items() if not name.startswith("PREFECT")}
        self._environment = inherited | own
        with (home / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                [*self._command("server", "start"), "--host", "127.0.0.1", "--port", str(port), "--no-ui"],
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    @staticmethod
    def _command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "prefect", *arguments]

    def wait(self) -> None:
        """Return when the server answers."""
        deadline = time.monotonic() + STARTUP_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{self.api}/health", timeout=5):
                    return
            except OSError:
                assert self._server.poll() is None, "the server has ended"
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)

    def __call__(self, *arguments: str) -> str:
        """What a command says; it must succeed."""
        done = subprocess.run(
            self._command(*arguments),
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def find(self, what: str) -> list[dict[str, object]]:
        """Things that the server knows, such as `flow_runs`."""
        request = urllib.request.Request(
            f"{self.api}/{what}/filter", b"{}", {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: list[dict[str, object]] = json.load(answer)
        return found

    def stop(self) -> None:
        """End the server."""
        self._server.terminate()
        try:
            self._server.wait(15)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


@pytest.fixture
def prefect(tmp_path: Path) -> Iterator[Prefect]:
    home = tmp_path / "prefect"
    home.mkdir()
    made = Prefect(home)
    try:
        made.wait()
        yield made
    finally:
        made.stop()


def test_a_deployment_runs_on_a_server_and_a_worker(prefect: Prefect, tmp_path: Path) -> None:
    """All deployments are accepted; runs read the seeds and verify them, and the server knows the counts."""
    declared = yaml.safe_load((ROOT / "flows.yaml").read_text("utf-8"))["deployments"]
    (pool,) = {one["work_pool"]["name"] for one in declared}
    prefect("work-pool", "create", "--type", "process", pool)
    prefect("--no-prompt", "deploy", "--prefect-file", "flows.yaml", "--all")
    deployed = {str(one["name"]): one for one in prefect.find("deployments")}
    assert set(deployed) == {one["name"] for one in declared} == DEPLOYMENTS
    assert deployed["hourly-feeds"]["paused"] is False
    assert deployed["weekly-refresh"]["parameters"]["full"] is True  # type: ignore[index]

    output = tmp_path / "tables"
    asked = (f"paths={json.dumps([str(SEEDS)])}", f"output={json.dumps(str(output))}")
    prefect("deployment", "run", "build-tables/nightly-extraction", "--param", asked[0], "--param", asked[1])
    prefect("worker", "start", "--pool", pool, "--run-once")

    runs = [one for one in prefect.find("flow_runs") if one["parameters"]["output"] == str(output)]  # type: ignore[index]
    assert [one["state_type"] for one in runs] == ["COMPLETED"]
    documents = pd.read_parquet(output / "latest" / "documents")
    assert len(documents) == sum(1 for path in SEEDS.iterdir() if path.is_file())
    (artifact,) = (one for one in prefect.find("artifacts") if one["key"] == "cartographer-run")
    assert f"| seen | {len(documents)} |" in str(artifact["data"])
    said = {str(one["message"]).partition(":")[0] for one in prefect.find("logs")}
    assert {"run started", "batch read", "snapshot published"} <= said

    prefect("deployment", "run", "maintain/monthly-verification", "--param", asked[1])
    prefect("worker", "start", "--pool", pool, "--run-once")
    runs = [one for one in prefect.find("flow_runs") if one["parameters"]["output"] == str(output)]  # type: ignore[index]
    assert [one["state_type"] for one in runs] == ["COMPLETED"] * 2
    (upkeep,) = (one for one in prefect.find("artifacts") if one["key"] == "cartographer-maintenance")
    assert "0 problems" in str(upkeep["data"]).replace("&#48;", "0")


def test_a_run_of_the_command_line_reports_to_a_server_that_is_named(
    prefect: Prefect, tmp_path: Path
) -> None:
    """The server's page tells what the run did; the terminal stays as quiet as ever."""
    inherited = {name: word for name, word in os.environ.items() if not name.startswith("PREFECT")}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", str(SEEDS), "--output", str(tmp_path / "tables")],
        cwd=ROOT,
        env=inherited | {"PREFECT_API_URL": prefect.api, "CARTOGRAPHER_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    (run,) = prefect.find("flow_runs")
    assert run["state_type"] == "COMPLETED"
    said = {str(one["message"]).partition(":")[0] for one in prefect.find("logs")}
    assert {"run started", "batch read", "snapshot published"} <= said
