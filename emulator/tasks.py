"""One-off tasks (RunTask): their command really runs under sh, and curl reaches the emulated services only."""

import pathlib
import shutil
import subprocess
import sys
import threading
import time

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs import responses

from . import ecr
from . import processes
from . import ssm
from . import state

#: client token → the task it started; AWS keeps them for a day
TOKENS: dict = {}
PENDING: list = []
TIMEOUT_S = 120
ORIGINAL = {}


def bin_folder():
    folder = ssm.ROOT / "task-bin"
    if not folder.exists():
        folder.mkdir()
        stub = folder / "curl"
        stub.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{pathlib.Path(__file__).parent}/stubs/stores.py" "$@"\n')
        stub.chmod(0o755)
        for name in ssm.READ_ONLY:
            if found := shutil.which(name):
                (folder / name).symlink_to(found)
    return folder


def run_task(self):
    token = self._get_param("clientToken")
    if token in TOKENS:
        return ActionResult({"tasks": [TOKENS[token]], "failures": []})
    result = ORIGINAL["run_task"](self)
    bin_folder()
    for task in result.result["tasks"]:
        definition = self.ecs_backend.describe_task_definition(task.task_definition_arn)
        container = task.containers[0]
        container.exitCode, container.health_status, task.last_status, task.created_at = None, "UNKNOWN", "PENDING", utcnow()
        command = next((o["command"] for o in (task.overrides or {}).get("containerOverrides", []) if "command" in o), definition.container_definitions[0].get("command"))
        PENDING.append({"task": task, "definition": definition.container_definitions[0], "command": command or [], "born": time.time(), "root": ssm.ROOT, "processes": ssm.PROCESSES})
        if token:
            TOKENS[token] = task
    return result


def end(entry, code, output, reason, stop_code):
    task, definition = entry["task"], entry["definition"]
    options = (definition.get("logConfiguration") or {}).get("options") or {}
    logs = state.backend("logs")
    if code is not None and options.get("awslogs-group") in logs.groups:
        stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{definition['name']}/{task.id}"
        logs.create_log_stream(options["awslogs-group"], stream)
        lines = [{"timestamp": int(time.time() * 1000), "message": line} for line in output.splitlines() if line]
        if lines:
            logs.put_log_events(options["awslogs-group"], stream, lines)
    task.containers[0].exitCode = code
    task.containers[0].last_status = task.last_status = task.desired_status = "STOPPED"
    task.stopped_reason, task.stop_code, task.stopped_at = reason, stop_code, utcnow()
    eni = next((d["value"] for a in task.attachments for d in a["details"] if d["name"] == "networkInterfaceId"), None)
    state.backend("ec2").enis.pop(eni, None)


def run(entry):
    script = entry["command"][-1] if entry["command"] else ""
    if reason := ssm.refused(script):
        code, output = 126, reason
    else:
        try:
            code, output, _ = entry["processes"].run(["/bin/sh", "-c", script], TIMEOUT_S, cwd=entry["root"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  env={"PATH": str(entry["root"] / "task-bin"), "EMULATOR": state.URL["aws"], "LC_ALL": "C"})
        except subprocess.TimeoutExpired:
            code, output = 137, ""
        except processes.Ended:
            return
    with state.LOCK:
        if entry["processes"].ended:
            return
        end(entry, code, output, "Essential container in task exited", "EssentialContainerExited")


def tick(now):
    for entry in [e for e in PENDING if now - e["born"] > state.settings["task_start_s"]]:
        PENDING.remove(entry)
        image = entry["definition"]["image"]
        if not ecr.exists(image):
            end(entry, None, "", f"CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: {image}: not found", "TaskFailedToStart")
            continue
        entry["task"].last_status = entry["task"].containers[0].last_status = "RUNNING"
        threading.Thread(target=run, args=(entry,), daemon=True).start()


def install():
    kind = responses.EC2ContainerServiceResponse
    ORIGINAL["run_task"] = kind.run_task
    kind.run_task = run_task


def reset():
    TOKENS.clear()
    PENDING.clear()
