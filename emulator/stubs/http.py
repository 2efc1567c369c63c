"""What curl is called with, and how a program here asks the emulator."""

import http.client
import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: sends a request to another place than its URL's
ELSEWHERE = "--connect-to"
#: options that have a value
WITH_VALUE = ("-d", "-w", "-H", "-m", "-X", "-o", "-D", "--aws-sigv4", "--user", ELSEWHERE)
TIMEOUT_S = 30


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


def connect() -> http.client.HTTPConnection:
    host, port = os.environ["EMULATOR"].split("//")[1].split(":")
    return http.client.HTTPConnection(host, int(port), timeout=TIMEOUT_S)


def ask(method: str, path: str, question: "dict[str, Any] | None" = None) -> "Any":
    connection = connect()
    connection.request(method, path, json.dumps(question))
    return json.loads(connection.getresponse().read())
