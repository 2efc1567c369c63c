"""ss and nsenter: who is connected to a container's ports."""

from .state import NETWORK, Container, fail, find_container, list_containers, load, load_clients, save

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIRST_PEER_PORT = 50_000
#: of the stack's own
NEIGHBOUR_PORT = 40_000
#: the peer that is an agent on the host itself
ON_HOST = "localhost"
LOOPBACK = "127.0.0.1"
HOST = "10.0.0.10"
#: as which docker-proxy comes into a container
GATEWAY = f"{NETWORK}.1"


def run_ss(arguments: list[str]) -> None:
    print_header(arguments)
    if any(each.startswith("-") and "l" in each for each in arguments):
        print_listeners()
    else:
        print_on_host(arguments)


def print_listeners() -> None:
    """What listens in the host's network: containers that have none of their own, as the program that each is."""
    for container in list_containers():
        if not container.is_on_host or not container.is_running:
            continue
        users = f'users:(("{container.name}",pid={container.pid},fd=8))'
        for published in container.list_published():
            address = published["address"]
            port = published["port"]
            print(f"0      4096   {address}:{port}      0.0.0.0:*      {users}")


def print_on_host(arguments: list[str]) -> None:
    """On the host itself: forwarded ports have their connections in the container's network, but for those that
    docker-proxy carries, of which both ends are here.
    """
    for container in list_containers():
        for published, connection, number in list_connections(container, arguments):
            port = published["port"]
            peer = connection["peer"]
            peer_port = FIRST_PEER_PORT + number
            if container.is_on_host:
                print_line(f"{HOST}:{port}", f"{peer}:{peer_port}")
            elif peer == ON_HOST:
                near = f"{LOOPBACK}:{port}"
                far = f"{LOOPBACK}:{peer_port}"
                print_line(near, far)
                print_line(far, near)


def run_nsenter(arguments: list[str]) -> None:
    pid = int(arguments[arguments.index("--target") + 1])
    container = next((each for each in list_containers() if each.pid == pid), None)
    if not container:
        fail(f"nsenter: cannot open /proc/{pid}/ns/net: No such file or directory")
    command = arguments[arguments.index("--net") + 1 :]
    if command[:1] != ["ss"]:
        fail(f"nsenter: failed to execute {command[:1]}", 127)
    print_header(command[1:])
    print_connections(container, command)


def print_header(arguments: list[str]) -> None:
    if not any(each.startswith("-") and "H" in each for each in arguments):
        print("Recv-Q Send-Q Local Address:Port Peer Address:Port")


def print_connections(container: Container, arguments: list[str]) -> None:
    for published, connection, number in list_connections(container, arguments):
        target = published["target"]
        address = find_address(connection["peer"])
        print_inside(container, target, address, FIRST_PEER_PORT + number)
    # what the stack says to itself
    neighbour = find_neighbour(container)
    if neighbour:
        for published in container.list_published():
            target = published["target"]
            print_inside(container, target, neighbour.address, NEIGHBOUR_PORT)


def find_neighbour(container: Container) -> "Container | None":
    """Another one of the stack."""
    serving = [each for each in list_containers() if each.service["ports"]]
    others = [each for each in serving if each.name != container.name]
    return others[-1] if others else None


def list_connections(container: Container, arguments: list[str]) -> "list[tuple[dict[str, Any], dict[str, Any], int]]":
    """Each to a published port that is in one of the states which ss is asked for: that port, who it is, and the
    number of the connection.
    """
    if not container.is_running:
        return []
    return [
        (published, connection, number)
        for connection in load()["connections"] + load_clients()
        if connection.get("state", "established") in arguments
        for published in container.list_published()
        if published["port"] == connection["port"] and published["protocol"] == "tcp"
        for number in range(connection.get("count", 1))
    ]


def find_address(peer: str) -> str:
    """An address is one, a container has one, and the host's own agents come through docker-proxy."""
    container = find_container(peer)
    if container:
        return container.address
    return GATEWAY if peer == ON_HOST else peer


def print_inside(container: Container, port: int, peer: str, peer_port: int) -> None:
    near = f"[::ffff:{container.address}]:{port}"
    far = f"[::ffff:{peer}]:{peer_port}"
    print_line(near, far)


def print_line(near: str, far: str) -> None:
    print(f"0      0      {near}      {far}")


def run_iptables(arguments: list[str]) -> None:
    """Rules that refuse a port: what is connected there is reset, and who goes by an address comes back after them."""
    verb, chain = arguments[:2]
    port = read_refused_port(arguments)
    rule = f"{chain} {port}"
    state = load()
    refused: list[str] = state.setdefault("refused", [])
    if verb == "-I":
        refused.append(rule)
        reset_connections(state, port)
    elif rule in refused:
        refused.remove(rule)
        let_in_again(state)
    else:
        fail("iptables: Bad rule (does a matching rule exist in that chain?).")
    save(state)


def read_refused_port(arguments: list[str]) -> int:
    option = "--dport" if "--dport" in arguments else "--ctorigdstport"
    return int(arguments[arguments.index(option) + 1])


def reset_connections(state: "dict[str, Any]", port: int) -> None:
    """Who goes by a name asks for it anew, and is gone."""
    ended = [each for each in state["connections"] if each["port"] == port]
    state["connections"] = [each for each in state["connections"] if each not in ended]
    away = [each for each in ended if each.get("by") == "address"]
    state["away"] = state.get("away", []) + away


def let_in_again(state: "dict[str, Any]") -> None:
    closed = [int(rule.split()[-1]) for rule in state["refused"]]
    away = state.get("away", [])
    state["connections"] += [each for each in away if each["port"] not in closed]
    state["away"] = [each for each in away if each["port"] in closed]
