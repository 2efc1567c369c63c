"""ss and nsenter: who is connected to a container's ports."""

from .state import NETWORK, Container, fail, list_containers, load, load_clients

FIRST_PEER_PORT = 50_000
#: another container of the stack
NEIGHBOUR = f"{NETWORK}.7"


def run_ss(arguments: list[str]) -> None:
    """On the host itself: forwarded ports have their connections in the container's network."""
    print_header(arguments)


def run_nsenter(arguments: list[str]) -> None:
    pid = int(arguments[arguments.index("--target") + 1])
    container = next((each for each in list_containers() if each.pid == pid), None)
    if not container:
        fail(f"nsenter: cannot open /proc/{pid}/ns/net: No such file or directory")
    command = arguments[arguments.index("--net") + 1 :]
    if command[:1] != ["ss"]:
        fail(f"nsenter: failed to execute {command[:1]}", 127)
    print_header(command[1:])
    print_connections(container)


def print_header(arguments: list[str]) -> None:
    if not any(each.startswith("-") and "H" in each for each in arguments):
        print("Recv-Q Send-Q Local Address:Port Peer Address:Port")


def print_connections(container: Container) -> None:
    for connection in load()["connections"] + load_clients():
        if connection["port"] in container.service["ports"] and container.is_running:
            for number in range(connection.get("count", 1)):
                print_line(
                    container,
                    connection["port"],
                    connection["peer"],
                    FIRST_PEER_PORT + number,
                )
    # what the stack says to itself
    for port in container.service["ports"]:
        print_line(container, port, NEIGHBOUR, 40000)


def print_line(container: Container, port: int, peer: str, peer_port: int) -> None:
    print(f"0      0      [::ffff:{container.address}]:{port}      [::ffff:{peer}]:{peer_port}")
