"""curl as far as the stores' HTTP APIs need it, in tasks and on hosts: the emulated AWS
answers for all of them.
"""

import os
import re
import sys

from . import s3
from .http import ELSEWHERE, ask, take_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

PATHS = re.compile(r"^http://[^/]+/(prometheus/|loki/api/|api/search|querier\.v1)")
VERBOSE = "-sv"


def asks_store(arguments: list[str]) -> bool:
    return any(PATHS.match(each) for each in arguments)


def run_task_curl(arguments: list[str]) -> None:
    if s3.asks_s3(arguments):
        s3.run_s3_curl(arguments)
    if VERBOSE in arguments:
        tell_address(arguments)
    if ELSEWHERE in arguments:
        ask_balancer(arguments)
    run_curl(arguments, "task")


def tell_address(arguments: list[str]) -> "NoReturn":
    """What `-v` says before there is a connection, and no more."""
    url, _ = take_options(arguments)
    name = re.sub(r"^https?://|[:/].*", "", url or "")
    addresses: list[str] = ask("GET", f"/_emulator/addresses?name={name}&vpc={os.environ['VPC']}")
    if not addresses:
        print(f"* Could not resolve host: {name}", file=sys.stderr, flush=True)
        sys.exit(6)
    print(f"*   Trying {addresses[0]}:80...", file=sys.stderr, flush=True)
    sys.exit(7)


def ask_balancer(arguments: list[str]) -> "NoReturn":
    """`HOST:443:BALANCER:443`, and of the answer the headers that `-D -` prints."""
    url, options = take_options(arguments)
    name, path = re.sub(r"^https://", "", url or "").split("/", maxsplit=1)
    question = {
        "balancer": options[ELSEWHERE].split(":")[2],
        "name": name,
        "path": f"/{path}",
        "vpc": os.environ["VPC"],
        "address": os.environ["ADDRESS"],
    }
    answer = ask("POST", "/_emulator/balancer", question)
    if "error" in answer:
        print(answer["error"], file=sys.stderr, flush=True)
        sys.exit(read_exit_code(answer["error"]))
    location = f"location: {answer['location']}\r\n" if "location" in answer else ""
    sys.stdout.write(f"HTTP/2 {answer['code']} \r\nserver: {answer['server']}\r\n{location}\r\n")
    sys.stdout.flush()
    sys.exit(0)


def run_curl(arguments: list[str], origin: str) -> "NoReturn":
    url, options = take_options(arguments)
    wants_json = "application/json" in options.get("-H", "")
    method = options.get("-X", "POST" if "-d" in options else "GET")
    question = {"from": origin, "url": url, "data": options.get("-d"), "json": wants_json, "method": method}
    answer = ask("POST", "/_emulator/http", question)
    if "error" in answer:
        print(answer["error"], file=sys.stderr, flush=True)
    else:
        sys.stdout.write(answer["body"])
    if written := options.get("-w"):
        code = f"{answer.get('code', 0):03d}"
        sys.stdout.write(written.replace("\\n", "\n").replace("%{http_code}", code))
    sys.stdout.flush()
    sys.exit(0 if "code" in answer else read_exit_code(answer["error"]))


def read_exit_code(error: str) -> int:
    """curl says its exit code in its message: `curl: (7) …`."""
    found = re.search(r"\((\d+)\)", error)
    return int(found[1]) if found else 1
