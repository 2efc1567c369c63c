"""The programs of an emulated EC2 host: docker compose, curl, systemctl, ss. Their state is $HOST_STATE."""

import json
import os
import pathlib
import re
import sys

PATH = pathlib.Path(os.environ["HOST_STATE"])


def load():
    return json.loads(PATH.read_text())


def save(data):
    PATH.with_suffix(".new").write_text(json.dumps(data))
    PATH.with_suffix(".new").replace(PATH)


def fail(text, code=1):
    print(text, file=sys.stderr)
    sys.exit(code)


def listed(name, service):
    ports = [{"URL": "0.0.0.0", "TargetPort": p, "PublishedPort": p, "Protocol": "tcp"} for p in service["ports"]]
    return {"Name": name, "Service": name, "Image": service["image"], "State": service["state"], "Health": "healthy" if service["state"] == "running" else "", "Publishers": ports}


def compose(args):
    directory = None
    while args and args[0].startswith("-"):
        if args[0] == "--project-directory":
            directory, args = args[1], args[2:]
        elif args[0].startswith("--project-directory="):
            directory, args = args[0].split("=", 1)[1], args[1:]
        else:
            args = args[2:] if args[0] in ("-f", "-p", "--file", "--project-name") else args[1:]
    if not directory or not directory.startswith("/"):
        fail("no configuration file provided: not found (give an absolute --project-directory)", 14)
    data = load()
    project = data["projects"].get(directory.rstrip("/"))
    if project is None:
        fail(f"no configuration file provided: not found in {directory}", 14)
    verb, services = args[0], project["services"]
    if verb == "ps":
        shown = {n: s for n, s in services.items() if s["state"] == "running" or "-a" in args or "--all" in args}
        for name, service in shown.items():
            print(json.dumps(listed(name, service)) if "json" in " ".join(args) else f"{name}\t{service['state']}")
    elif verb in ("up", "start"):
        if data.get("compose_fails"):
            fail("Error response from daemon: driver failed programming external connectivity")
        for service in services.values():
            service["state"] = "running"
        save(data)
        print("Started", file=sys.stderr)
    elif verb in ("stop", "down", "kill"):
        for service in services.values():
            service["state"] = "exited"
        save(data)
        print("Stopped", file=sys.stderr)
    else:
        fail(f"unknown docker command: compose {verb}")


def curl(args):
    url = next((a for a in args if re.match(r"^(https?://)?(localhost|127\.0\.0\.1)", a)), None) or fail("curl: (6) Could not resolve host", 6)
    port = int((re.search(r":(\d+)", url.split("//")[-1]) or [0, "443" if url.startswith("https") else "80"])[1])
    data = load()
    service = next((s for p in data["projects"].values() for s in p["services"].values() if port in s["ports"] and s["state"] == "running"), None)
    if service is None:
        fail(f"curl: (7) Failed to connect to localhost port {port}: Connection refused", 7)
    if "flush" in url:
        data["flushes"].append(url)
        save(data)
    print("200" if "%{http_code}" in " ".join(args) else "ok")


def main():
    program, args = sys.argv[1], sys.argv[2:]
    if program == "docker-compose":
        compose(args)
    elif program == "docker" and args[:1] == ["compose"]:
        compose(args[1:])
    elif program == "docker" and args[:1] == ["ps"]:
        for project in load()["projects"].values():
            for name, service in project["services"].items():
                if service["state"] == "running":
                    print(f"{name}\t{service['image']}")
    elif program == "curl":
        curl(args)
    elif program == "systemctl":
        print("active")
    elif program == "ss":
        print("State Recv-Q Send-Q Local Address:Port Peer Address:Port")
    else:
        fail(f"{program}: not found", 127)


main()
