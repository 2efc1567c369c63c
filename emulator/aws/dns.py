"""Public DNS over UDP, as a resolver on the internet answers it: name servers of zones, and addresses."""

import socket
import socketserver
import struct
import threading
from typing import NamedTuple

from ..account import LOCK, Endpoints
from ..part import Part
from .elb_routing import find_balancer, list_addresses
from .route53.resolver import Resolver

#: RFC 1035, 3.2.2
TYPES = {1: "A", 2: "NS"}
INTERNET = 1
#: RFC 1035, 4.1.1: an answer, recursion desired and available
FLAGS = 0x8180
NAME_ERROR = 3
#: where the question's name stands in a message, as a pointer
QUESTION = 0xC00C
TTL_S = 60
#: what the internet has beside the account's zones
AWS, AWS_SERVERS = "amazonaws.com", ["ns-911.amazon.com", "ns-912.amazon.com"]
HEADER = struct.Struct("!6H")


class Question(NamedTuple):
    name: str
    kind: int
    #: as it was asked, to be repeated
    raw: bytes


class PublicDns(Part):
    """It has the same address in all worlds."""

    def __init__(self, endpoints: Endpoints, resolver: Resolver) -> None:
        self.resolver = resolver
        server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), self.make_handler())
        server.daemon_threads = True
        host, port = server.server_address[:2]
        endpoints.dns = f"{host!s}:{port}"
        self.server = server
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def make_handler(self) -> type[socketserver.BaseRequestHandler]:
        dns = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                message: bytes
                server: socket.socket
                message, server = self.request
                server.sendto(dns.answer(message), self.client_address)

        return Handler

    def answer(self, message: bytes) -> bytes:
        question = read_question(message)
        with LOCK:
            values = self.look_up(question.name, TYPES.get(question.kind, ""))
        answers = [write_answer(question.kind, value) for value in values]
        flags = FLAGS if values else FLAGS | NAME_ERROR
        header = HEADER.pack(
            *HEADER.unpack_from(message)[:1],
            flags,
            1,
            len(answers),
            0,
            0,
        )
        return header + question.raw + b"".join(answers)

    def look_up(self, name: str, kind: str) -> list[str]:
        if (name, kind) == (AWS, "NS"):
            return AWS_SERVERS
        if kind == "NS":
            return self.resolver.zones.list_servers(name)
        if kind != "A":
            return []
        if balancer := find_balancer(name):
            return list_addresses(balancer)
        return [share["value"] for share in self.resolver.resolve(name) if share["kind"] == "host"]

    def close(self) -> None:
        self.server.server_close()


def read_question(message: bytes) -> Question:
    labels, at = [], HEADER.size
    while length := message[at]:
        labels.append(message[at + 1 : at + 1 + length].decode())
        at += 1 + length
    end = at + 5
    return Question(
        ".".join(labels),
        int.from_bytes(message[at + 1 : at + 3], "big"),
        message[HEADER.size : end],
    )


def write_answer(kind: int, value: str) -> bytes:
    data = socket.inet_aton(value) if TYPES[kind] == "A" else write_name(value)
    return struct.pack("!HHHIH", QUESTION, kind, INTERNET, TTL_S, len(data)) + data


def write_name(name: str) -> bytes:
    labels = [label.encode() for label in name.rstrip(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
