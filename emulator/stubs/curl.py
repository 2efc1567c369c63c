"""curl on a host: what the containers answer at their published ports and addresses, flushes among it."""

import re
import time
from typing import NamedTuple

from . import answers, stores
from .state import NETWORK, Container, fail, list_containers, load, load_received, read_host_id, save

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LOCAL_URL = re.compile(rf"^(https?://)?(localhost|127\.0\.0\.1|{re.escape(NETWORK)}\.)")
CONFIG_PATHS = {
    "mimir": "/config?mode=diff",
    "loki": "/config",
    "tempo": "/status/config?mode=diff",
    "pyroscope": "/api/v1/status/config/diff",
}
#: of those that are asked for what differs first, the whole
WHOLE_PATHS = {
    "mimir": "/config",
    "tempo": "/status/config",
    "pyroscope": "/api/v1/status/config",
}
#: what differs too, in a block whose defaults only the whole has: from which age on S3 is queried
DIFFERS = {
    "mimir": "querier:\n    timeout: 3m0s\n",
    "tempo": "query_frontend:\n    max_retries: 3\n",
}
DEFAULTS = {
    "mimir": "    query_store_after: 12h0m0s\n",
    "tempo": "    search:\n        query_backend_after: 15m0s\n",
}
#: `unsupported type <nil>`, whatever its configuration
BROKEN_PATHS = {"loki": "/config?mode=diff"}
FLUSH_PATHS = {
    "mimir": "/ingester/flush?wait=true",
    "loki": "/flush",
    "tempo": "/flush",
    "pyroscope": "/ingester.v1.IngesterService/Flush",
}
#: from this version on there is no ingester: nothing to flush, and none of its metrics
WITHOUT_INGESTER = {"tempo": 3, "pyroscope": 2}
#: where the page before the first sweep lacks the gauge of what is in memory
SWEPT = {"tempo": "metrics.later"}
#: its traces are no longer counted once it was told to flush, while their block is still being written
CUT_AT_ONCE = ["tempo"]
#: as which a script asks whether a port speaks TLS
HANDSHAKE = "%{time_appconnect}"
#: what the counters say before the first flush
STORED_BEFORE = 7


def run_curl(arguments: list[str]) -> None:
    if stores.asks_store(arguments):
        stores.run_curl(arguments, read_host_id())
    url = next((each for each in arguments if LOCAL_URL.match(each)), None)
    if url is None:
        fail("curl: (6) Could not resolve host", 6)
    address, path = split_url(url)
    port = read_port(url, address)
    container = find_listener(address, port)
    if HANDSHAKE in arguments:
        print_handshake(port)
    else:
        answer(container, url, path, arguments)


def answer(container: Container, url: str, path: str, arguments: list[str]) -> None:
    component = read_component(container)
    if path == FLUSH_PATHS.get(component) and has_ingester(container):
        flush(container.name, component, url, "POST" in arguments)
    elif path in (CONFIG_PATHS.get(component), WHOLE_PATHS.get(component)):
        print_configuration(container, is_whole=path == WHOLE_PATHS.get(component))
    elif path == BROKEN_PATHS.get(component):
        refuse(component, is_quiet="-f" in arguments)
    elif path == "/metrics" and component in FLUSH_PATHS:
        print_metrics(container)
    elif "flush" in path.lower() or "config" in path:
        fail("curl: (22) The requested URL returned error: 404", 22)
    else:
        print(read_status(path) if "%{http_code}" in " ".join(arguments) else "ok")


def read_status(path: str) -> str:
    """What a GET is answered, by what a proxy passes it on to, else by Grafana to who has not signed in: it sends
    browsers to its login, and refuses whatever may be its API's.
    """
    by_default = 401 if path.startswith("/api/") else 302
    return str(load().get("pushes", {}).get(path, by_default))


def print_handshake(port: int) -> None:
    """The seconds until TLS was agreed on: at ports that `tls` of the host's state names."""
    print("0.004211" if port in load().get("tls", []) else "0.000000")


def refuse(component: str, *, is_quiet: bool) -> None:
    """With `-f` curl keeps the body to itself."""
    if is_quiet:
        fail("curl: (22) The requested URL returned error: 500", 22)
    print(answers.read_answer(component, "configuration-diff"))


def print_configuration(container: Container, *, is_whole: bool) -> None:
    configurations = load()["configs"]
    component = read_component(container)
    what_differs = configurations[container.name] + DIFFERS.get(component, "")
    whole = configurations.get(f"{container.name} whole", what_differs + DEFAULTS.get(component, ""))
    print(whole if is_whole else what_differs)


def split_url(url: str) -> tuple[str, str]:
    """Host with port, and path with query."""
    address, _, path = url.rsplit("//", maxsplit=1)[-1].partition("/")
    return address, f"/{path}"


def read_port(url: str, address: str) -> int:
    found = re.search(r":(\d+)", address)
    if found:
        return int(found[1])
    return 443 if url.startswith("https") else 80


def find_listener(address: str, port: int) -> Container:
    """The running container that publishes the port, or has the address of the Compose project's network."""
    is_inside = address.startswith(NETWORK)
    for container in list_containers():
        if port not in container.service["ports"] or not container.is_running:
            continue
        if not is_inside or address.startswith(f"{container.address}:"):
            return container
    host = address.split(":", maxsplit=1)[0]
    return fail(f"curl: (7) Failed to connect to {host} port {port}: Connection refused", 7)


def read_component(container: Container) -> str:
    """The name of the image, whatever the service is called."""
    return re.split(r"[/:@]", container.service["image"].split("grafana/")[-1])[0]


def read_version(container: Container) -> str:
    """The tag of its image; of one that moves the program says nothing either."""
    found = re.search(r":v?(\d+\.\d+\.\d+)", container.service["image"])
    return found[1] if found else ""


def has_ingester(container: Container) -> bool:
    version = read_version(container)
    first_without = WITHOUT_INGESTER.get(read_component(container))
    if not version or first_without is None:
        return True
    major = version.split(".", maxsplit=1)[0]
    return int(major) < first_without


def flush(name: str, component: str, url: str, is_post: bool) -> None:
    if not is_post:
        fail("curl: (22) The requested URL returned error: 405", 22)
    state = load()
    state["flushes"].append(url)
    state["flushed"].append({"service": name, "at": time.time()})
    save(state)
    if name in state["flush"]["cut"]:
        # the server's own write timeout: it goes on
        fail("curl: (52) Empty reply from server", 52)
    print("{}" if component == "pyroscope" else "")


class Counts(NamedTuple):
    """What a store has done until now."""

    #: series, chunks, traces or bytes
    memory: int
    #: flushes that are in S3
    landed: int


def read_counts(name: str) -> Counts:
    state = load()
    told = [each["service"] for each in state["flushed"]]
    is_cut = name in CUT_AT_ONCE and name in told
    memory = 0 if is_cut else state["memory"][name]
    return Counts(memory, count_landed(state, name))


def print_metrics(container: Container) -> None:
    """As the program has them: some are missing before their first use, some never fall again."""
    component = read_component(container)
    counts = read_counts(container.name)
    name = "metrics.flushed" if counts.landed else SWEPT.get(component, "metrics.held")
    page = answers.read_answer(component, name if counts.memory else "metrics.before")
    # the recordings are of programs that were built without a version
    print(f'{component}_build_info{{goversion="go1.26.8",version="{read_version(container)}"}} 1')
    if not has_ingester(container):
        page = ""
    stored = STORED_BEFORE + counts.landed
    print(answers.fill_metrics(page, counts.memory, stored))
    print(answers.count_received(component, load_received().get(container.name, 0)))


def count_landed(state: "dict[str, Any]", name: str) -> int:
    """Flushes of a service that have reached S3."""
    flush = state["flush"]
    if name in flush["lost"]:
        return 0
    own = [each for each in state["flushed"] if each["service"] == name]
    return sum(time.time() >= each["at"] + flush["delay_s"] for each in own)
