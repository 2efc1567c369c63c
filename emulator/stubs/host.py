"""The programs of an emulated EC2 host: docker, curl, du, ss, nsenter, hostname, systemd, mount. Their state is $HOST_STATE."""

import fcntl
import json
import os
import pathlib
import re
import signal
import sys
import time

import stores

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
    return {"ID": name, "Name": name, "Service": name, "Image": service["image"], "State": service["state"], "Health": "healthy" if service["state"] == "running" else "", "Publishers": ports}


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
        if "-q" in args:
            print("\n".join(services))
            return
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


NETWORK = "172.18.0"
CONFIG_PATHS = {"mimir": "/config?mode=diff", "loki": "/config?mode=diff", "tempo": "/status/config?mode=diff", "pyroscope": "/api/v1/status/config/diff"}
FLUSH_PATHS = {"mimir": "/ingester/flush?wait=true", "loki": "/flush", "tempo": "/flush", "pyroscope": "/ingester.v1.IngesterService/Flush"}
METRICS = {"mimir": ("cortex_ingester_memory_series{user=\"anonymous\"}", "cortex_ingester_shipper_uploads_total"), "loki": ("loki_ingester_memory_chunks", "loki_ingester_chunks_stored_total{tenant=\"fake\"}"),
           "tempo": ("tempo_ingester_live_traces{tenant=\"single-tenant\"}", "tempo_ingester_blocks_flushed_total"), "pyroscope": ("pyroscope_tsdb_head_series", "pyroscope_shipper_uploads_total")}


def containers():
    """name → (service, pid, address), of everything on the host."""
    found = [(name, service) for project in load()["projects"].values() for name, service in project["services"].items()]
    return {name: (service, 4000 + index, f"{NETWORK}.{2 + index}") for index, (name, service) in enumerate(found)}


def fields(name, service, pid, address):
    return {"Id": name, "Name": f"/{name}", "SizeRw": service.get("layer", 0), "Mounts": service.get("mounts", []), "State": {"Pid": pid if service["state"] == "running" else 0, "Status": service["state"]},
            "Config": {"Image": service["image"], "Env": [f"{key}={value}" for key, value in service.get("env", {}).items()], "Labels": {"com.docker.compose.service": name}}, "NetworkSettings": {"Networks": {"lgtm_default": {"IPAddress": address}}}}


def inspect(args):
    """docker inspect --format with what our scripts ask: {{json .A.B}}, {{.A.B}}, an index and the range over networks."""
    template = args[args.index("--format") + 1] if "--format" in args else "{{json .}}"
    names = [a for i, a in enumerate(args) if not a.startswith("-") and (i == 0 or args[i - 1] != "--format")]
    known = containers()
    for name in names:
        if name not in known:
            fail(f"Error: No such object: {name}")
        data = fields(name, *known[name])
        if "--format" not in args:
            print(json.dumps([data]))
            continue

        def value(path):
            inner = data
            for key in path.strip(".").split("."):
                inner = inner[key] if key else inner
            return inner

        out = re.sub(r"\{\{range \.NetworkSettings\.Networks\}\}\{\{\.IPAddress\}\}(.*?)\{\{end\}\}", lambda m: known[name][2] + m[1], template)
        out = re.sub(r"\{\{json \(index (\S+) \"([^\"]+)\"\)\}\}", lambda m: json.dumps(value(m[1]).get(m[2])), out)
        out = re.sub(r"\{\{json (\S+?)\}\}", lambda m: json.dumps(value(m[1])), out)
        print(re.sub(r"\{\{(\.\S+?)\}\}", lambda m: str(value(m[1])), out))


def landed(data, service):
    flush = data["flush"]
    return sum(1 for f in data["flushed"] if f["service"] == service and service not in flush["lost"] and time.time() >= f["at"] + flush["delay_s"])


def curl(args):
    if stores.asks(args):
        stores.curl(args, PATH.parent.name)
    url = next((a for a in args if re.match(rf"^(https?://)?(localhost|127\.0\.0\.1|{re.escape(NETWORK)}\.)", a)), None) or fail("curl: (6) Could not resolve host", 6)
    address = url.split("//")[-1]
    port = int((re.search(r":(\d+)", address) or [0, "443" if url.startswith("https") else "80"])[1])
    data = load()
    found = [(name, s) for name, (s, _, ip) in containers().items() if port in s["ports"] and s["state"] == "running" and (not address.startswith(NETWORK) or address.startswith(f"{ip}:"))]
    if not found:
        fail(f"curl: (7) Failed to connect to {address.split(':')[0]} port {port}: Connection refused", 7)
    name = found[0][0]
    path = f"/{address.split('/', 1)[1]}" if "/" in address else "/"
    component = re.split(r"[/:@]", found[0][1]["image"].split("grafana/")[-1])[0]
    if path == FLUSH_PATHS.get(component):
        if "POST" not in args:
            fail("curl: (22) The requested URL returned error: 405", 22)
        data["flushes"].append(url)
        data["flushed"].append({"service": name, "at": time.time()})
        save(data)
        print("{}" if component == "pyroscope" else "")
    elif path == CONFIG_PATHS.get(component):
        print(data["configs"][name])
    elif path == "/metrics" and component in METRICS:
        held, stored = METRICS[component]
        count = landed(data, name)
        print(f"# TYPE {held.split('{')[0]} gauge\n{held} {0 if count else data['memory'][name]}\n{stored} {7 + count}\ngo_goroutines 31")
    elif "flush" in path or "config" in path:
        fail("curl: (22) The requested URL returned error: 404", 22)
    else:
        print("200" if "%{http_code}" in " ".join(args) else "ok")


def du(args):
    sizes = load()["sizes"]
    for path in [a for a in args if not a.startswith("-")]:
        if path not in sizes:
            fail(f"du: cannot access '{path}': No such file or directory")
        print(f"{sizes[path]}\t{path}")


def ss(args, inside=None):
    """Forwarded ports: a connection to a container is in the container's network, not in the host's."""
    if "-H" not in args and not any(a.startswith("-") and "H" in a for a in args):
        print("Recv-Q Send-Q Local Address:Port Peer Address:Port")
    if inside is None:
        return
    service, _, address = inside
    for connection in load()["connections"]:
        if connection["port"] in service["ports"] and service["state"] == "running":
            for number in range(connection.get("count", 1)):
                print(f"0      0      [::ffff:{address}]:{connection['port']}      [::ffff:{connection['peer']}]:{50_000 + number}")
    # what the stack says to itself
    for port in service["ports"]:
        print(f"0      0      [::ffff:{address}]:{port}      [::ffff:{NETWORK}.7]:40000")


def nsenter(args):
    pid = int(args[args.index("--target") + 1])
    inside = next((c for c in containers().values() if c[1] == pid), None) or fail(f"nsenter: cannot open /proc/{pid}/ns/net: No such file or directory")
    rest = args[args.index("--net") + 1:]
    if rest[:1] != ["ss"]:
        fail(f"nsenter: failed to execute {rest[:1]}", 127)
    ss(rest[1:], inside)


def inside(name, command):
    """docker exec: cat of a file that the state holds, and Grafana's health."""
    service = containers()[name][0]
    if command[0] == "cat":
        print(service.get("files", {}).get(command[1]) or fail(f"cat: {command[1]}: No such file or directory"))
    elif "/api/health" in command[-1]:
        print(json.dumps({"database": "ok", "version": service.get("version") or service["image"].split(":")[-1]}))
    else:
        fail(f"{command[0]}: not found", 127)


def systemd_run(args):
    import subprocess  # of a program that runs a hundred times in a migration, only one needs it

    unit = next(a.split("=", 1)[1] for a in args if a.startswith("--unit="))
    child = subprocess.Popen([a for a in args if not a.startswith("--")], start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    data = load()
    data.setdefault("units", {})[unit] = child.pid
    save(data)


def systemctl(verb, unit=None):
    data = load()
    pid = data.get("units", {}).get(unit)
    if verb == "stop" and pid:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        del data["units"][unit]
        save(data)
    elif verb == "is-active" and unit:
        alive = pid and os.path.exists(f"/proc/{pid}") and " Z " not in pathlib.Path(f"/proc/{pid}/stat").read_text()
        print("active" if alive else "inactive")
    else:
        print("active")


def mount(args):
    """An EFS file system is a folder: the mount point becomes a link to it."""
    source, point = args[-2], args[-1]
    target = load().get("efs", {}).get(source.split(":")[0]) or fail(f"mount.nfs4: Connection timed out for {source}", 32)
    os.rmdir(point)
    os.symlink(target, point)


def umount(point):
    if load().get("copy_corrupts"):
        for path in pathlib.Path(point).glob("*/*.new"):
            path.write_bytes(path.read_bytes() + b"x")
    os.unlink(point)
    os.mkdir(point)


def main():
    # several commands run at once; the server takes the same lock for its changes
    lock = open(PATH.with_suffix(".lock"), "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
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
    elif program == "docker" and args[:1] == ["inspect"]:
        inspect(args[1:])
    elif program == "docker" and args[:2] == ["network", "ls"]:
        print("0f1e2d3c4b5a")
    elif program == "docker" and args[:2] == ["network", "inspect"]:
        print(f"{NETWORK}.0/16 ")
    elif program == "curl":
        curl(args)
    elif program == "du":
        du(args)
    elif program == "nsenter":
        nsenter(args)
    elif program == "hostname":
        print(f"10.0.0.10 {NETWORK}.1 ")
    elif program == "docker" and args[:1] == ["exec"]:
        inside(args[1], args[2:])
    elif program == "systemctl":
        systemctl(*args)
    elif program == "systemd-run":
        systemd_run(args)
    elif program == "mount":
        mount(args)
    elif program == "umount":
        umount(args[0])
    elif program == "chown":
        pass
    elif program == "ss":
        ss(args)
    else:
        fail(f"{program}: not found", 127)
