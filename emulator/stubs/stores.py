"""curl as far as the stores' HTTP APIs need it: the emulated AWS answers for whoever is asked. It runs in tasks and, through host.py, on hosts."""

import json
import os
import re
import sys

PATHS = re.compile(r"^https?://[^/]+/(prometheus/|loki/api/|api/search|querier\.v1)")


def asks(args):
    """Whether this is a question to a store's API."""
    return any(PATHS.match(a) for a in args)


def curl(args, origin):
    url = data = written = None
    takes = {"-d": "data", "-w": "written", "-H": None, "-m": None, "-X": None, "-o": None}
    index = 0
    while index < len(args):
        if args[index] in takes:
            data = args[index + 1] if args[index] == "-d" else data
            written = args[index + 1] if args[index] == "-w" else written
            index += 2
            continue
        url = args[index] if not args[index].startswith("-") else url
        index += 1
    import http.client  # most calls of a host's programs ask no store, and this takes longer than the rest of them

    host, port = os.environ["EMULATOR"].split("//")[1].split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request("POST", "/_emulator/http", json.dumps({"from": origin, "url": url, "data": data}))
    answer = json.loads(connection.getresponse().read())
    if "error" in answer:
        print(answer["error"], file=sys.stderr, flush=True)
    else:
        sys.stdout.write(answer["body"])
    if written:
        sys.stdout.write(written.replace("\\n", "\n").replace("%{http_code}", f"{answer.get('code', 0):03d}"))
    sys.stdout.flush()
    sys.exit(0 if "code" in answer else int(re.search(r"\((\d+)\)", answer["error"])[1]))


if __name__ == "__main__":
    curl(sys.argv[1:], "task")
