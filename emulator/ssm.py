"""SSM Run Command that really runs its script, in a folder per instance with stubs as the whole PATH."""

import contextlib
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ssm import responses

from . import ec2
from . import processes
from . import state

ROOT = pathlib.Path(tempfile.mkdtemp(prefix="lgtm-emulator-"))
OUTPUT_LIMIT = 24_000
READ_ONLY = "cat ls df stat head tail grep sort wc date sleep test [ printf echo cut tr true false basename dirname seq sed".split()
COMMANDS: dict[str, dict] = {}
PROCESSES = processes.Processes()


class InvalidInstanceId(ServiceException):
    code = "InvalidInstanceId"


class InvocationDoesNotExist(ServiceException):
    code = "InvocationDoesNotExist"


def bin_folder():
    folder = ROOT / "bin"
    if not folder.exists():
        folder.mkdir()
        here = pathlib.Path(__file__).parent / "stubs"
        for name in ("docker", "docker-compose", "curl", "systemctl", "ss", "nsenter", "du", "hostname", "systemd-run", "mount", "mount.nfs4", "umount", "chown"):
            stub = folder / name
            stub.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{here}/run.py" {name} "$@"\n')
            stub.chmod(0o755)
        python = folder / "python3"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "$@"\n')
        python.chmod(0o755)
        for name in READ_ONLY:
            if found := shutil.which(name):
                (folder / name).symlink_to(found)
    return folder


def folder_of(instance_id):
    folder = ROOT / instance_id
    folder.mkdir(exist_ok=True)
    return folder


def load(instance_id):
    path = folder_of(instance_id) / "state.json"
    return json.loads(path.read_text()) if path.exists() else {"projects": {}, "flushes": [], "flushed": [], "reboots": 0}


def save(instance_id, data):
    path = folder_of(instance_id) / "state.json"
    path.with_suffix(".new").write_text(json.dumps(data))
    path.with_suffix(".new").replace(path)


@contextlib.contextmanager
def changed(instance_id):
    """A host's state, to be changed: under the lock that its stubs take too."""
    with open(folder_of(instance_id) / "state.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data = load(instance_id)
        yield data
        save(instance_id, data)


def serving(instance_id):
    projects = load(instance_id)["projects"]
    return bool(projects) and all(c["state"] == "running" for p in projects.values() for c in p["services"].values())


def end_units(data):
    """What systemd-run started ends with its host."""
    for pid in data.get("units", {}).values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    data["units"] = {}


def host_stopped(instance_id):
    with changed(instance_id) as data:
        end_units(data)
        for project in data["projects"].values():
            for container in project["services"].values():
                container["ran"] = container["state"] == "running"
                container["state"] = "exited"


def host_started(instance_id):
    """What Docker does at its start: `always` comes back, `unless-stopped` only when it ran."""
    with changed(instance_id) as data:
        for project in data["projects"].values():
            for container in project["services"].values():
                if container["restart"] == "always" or container["restart"] == "unless-stopped" and container.get("ran"):
                    container["state"] = "running"


def rebooted(instance_id):
    with changed(instance_id) as data:
        data["reboots"] += 1
    host_stopped(instance_id)
    host_started(instance_id)


def refused(script):
    """A guard for our own scripts, not a sandbox: programs are named, never given by path."""
    found = re.search(r"(?:^|[;&|(`\n]|\$\()\s*(?:exec\s+|sudo\s+)?(\.{0,2}/[^\s;]+)", script)
    return f"refused: {found.group(1)} names a program by path; only the emulated host's own programs run" if found else None


def run(command):
    time.sleep(state.settings["ssm_delay_s"])
    command["status"] = "InProgress"
    script = "\n".join(command["parameters"].get("commands", []))
    reason = refused(script)
    try:
        if reason:
            code, out, err = 126, "", reason
        else:
            folder = command["root"] / command["instance"]
            code, out, err = command["processes"].run(["/bin/sh", "-c", script], command["timeout"], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env={"PATH": str(command["root"] / "bin"), "HOST_STATE": str(folder / "state.json"), "HOME": "/root", "LC_ALL": "C", "EFS": str(command["root"] / "efs"), "EMULATOR": state.URL["aws"]})
        command.update(code=code, out=out[:OUTPUT_LIMIT], err=err[:OUTPUT_LIMIT], status="Success" if code == 0 else "Failed")
    except subprocess.TimeoutExpired:
        command.update(code=-1, out="", err="timed out", status="TimedOut")
    except processes.Ended:
        return


def online():
    """Hosts whose agent answers."""
    return [i for i in ec2.instances() if i._state.name == "running" and state.settings["ssm_agents"]]


def send_command(self):
    ids, parameters = self._get_param("InstanceIds") or [], self._get_param("Parameters") or {}
    known = {i.id for i in online()}
    for instance_id in ids:
        if instance_id not in known:
            raise InvalidInstanceId(f"Instances [[{instance_id}]] not in a valid state for account {state.ACCOUNT}")
    command_id = str(uuid.uuid4())
    bin_folder()
    timeout = int((parameters.get("executionTimeout") or ["3600"])[0])
    for instance_id in ids:
        command = {"id": command_id, "instance": instance_id, "parameters": parameters, "status": "Pending", "born": time.time(), "timeout": timeout, "root": ROOT, "processes": PROCESSES,
                   "code": -1, "out": "", "err": "", "comment": self._get_param("Comment") or ""}
        COMMANDS[f"{command_id}:{instance_id}"] = command
        threading.Thread(target=run, args=(command,), daemon=True).start()
    return ActionResult({"Command": {"CommandId": command_id, "DocumentName": self._get_param("DocumentName"), "Comment": self._get_param("Comment") or "",
                                     "InstanceIds": ids, "Status": "Pending", "Parameters": parameters}})


def shape(command):
    return {"CommandId": command["id"], "InstanceId": command["instance"], "Comment": command["comment"], "Status": command["status"], "StatusDetails": command["status"],
            "ResponseCode": command["code"], "StandardOutputContent": command["out"], "StandardErrorContent": command["err"], "DocumentName": "AWS-RunShellScript"}


def get_command_invocation(self):
    command = COMMANDS.get(f"{self._get_param('CommandId')}:{self._get_param('InstanceId')}")
    if not command or time.time() - command["born"] < state.settings["ssm_delay_s"] / 2:
        raise InvocationDoesNotExist("InvocationDoesNotExist")
    return ActionResult(shape(command))


def list_command_invocations(self):
    wanted, instance = self._get_param("CommandId"), self._get_param("InstanceId")
    found = [c for c in COMMANDS.values() if wanted in (None, c["id"]) and instance in (None, c["instance"])]
    return ActionResult({"CommandInvocations": [shape(c) for c in sorted(found, key=lambda c: -c["born"])]})


def describe_instance_information(self):
    wanted = [value for f in self._get_param("Filters") or [] if f["Key"] == "InstanceIds" for value in f["Values"]]
    found = [i for i in online() if not wanted or i.id in wanted]
    return ActionResult({"InstanceInformationList": [{"InstanceId": i.id, "PingStatus": "Online", "PlatformType": "Linux", "PlatformName": "Amazon Linux"} for i in found]})


def install():
    kind = responses.SimpleSystemManagerResponse
    kind.send_command, kind.get_command_invocation = send_command, get_command_invocation
    kind.list_command_invocations, kind.describe_instance_information = list_command_invocations, describe_instance_information


def reset():
    """The scripts and units of the old world end, its folders go."""
    global ROOT, PROCESSES
    close()
    ROOT, PROCESSES = pathlib.Path(tempfile.mkdtemp(prefix="lgtm-emulator-")), processes.Processes()
    COMMANDS.clear()


def close():
    PROCESSES.end()
    for path in ROOT.glob("i-*/state.json"):
        end_units(json.loads(path.read_text()))
    shutil.rmtree(ROOT, ignore_errors=True)


def host(query, body):
    """GET: what a host's stubs hold. POST {"id", ...}: merged into it."""
    instance_id = query.get("id") or body.get("id")
    if body:
        with changed(instance_id) as data:
            data.update({key: value for key, value in body.items() if key != "id"})
    return load(instance_id)


def routes():
    return {("GET", "/_emulator/host"): host, ("POST", "/_emulator/host"): host,
            ("GET", "/_emulator/commands"): lambda *_: [{**shape(c), "at": c["born"], "commands": c["parameters"].get("commands")} for c in COMMANDS.values()], }
