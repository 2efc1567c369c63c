"""curl as far as the stores' HTTP APIs need it, in tasks and on hosts: the emulated AWS
answers for all of them.
"""

import json
import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

PATHS = re.compile(r"^https?://[^/]+/(prometheus/|loki/api/|api/search|querier\.v1)")
#: options that have a value
WITH_VALUE = ("-d", "-w", "-H", "-m", "-X", "-o")
TIMEOUT_S = 30


def asks_store(arguments: list[str]) -> bool:
    return any(PATHS.match(each) for each in arguments)


def run_task_curl(arguments: list[str]) -> None:
    run_curl(arguments, "task")


def run_curl(arguments: list[str], origin: str) -> "NoReturn":
    url, options = take_options(arguments)
    wants_json = "application/json" in options.get("-H", "")
    answer = ask({"from": origin, "url": url, "data": options.get("-d"), "json": wants_json})
    if "error" in answer:
        print(answer["error"], file=sys.stderr, flush=True)
    else:
        sys.stdout.write(answer["body"])
    if written := options.get("-w"):
        code = f"{answer.get('code', 0):03d}"
        sys.stdout.write(written.replace("\\n", "\n").replace("%{http_code}", code))
    sys.stdout.flush()
    sys.exit(0 if "code" in answer else read_exit_code(answer["error"]))


def take_options(arguments: list[str]) -> "tuple[str | None, dict[str, str]]":
    url: str | None = None
    options: dict[str, str] = {}
    rest = iter(arguments)
    for each in rest:
        if each in WITH_VALUE:
            # of several headers each counts
            options[each] = f"{options.get(each, '')}{next(rest)}"
        elif not each.startswith("-"):
            url = each
    return url, options


def ask(question: "dict[str, Any]") -> "dict[str, Any]":
    # most calls of a host's programs ask no store, and this import takes longer than
    # the rest of them
    import http.client

    host, port = os.environ["EMULATOR"].split("//")[1].split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=TIMEOUT_S)
    connection.request("POST", "/_emulator/http", json.dumps(question))
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    return answer


def read_exit_code(error: str) -> int:
    """curl says its exit code in its message: `curl: (7) …`."""
    found = re.search(r"\((\d+)\)", error)
    return int(found[1]) if found else 1
