"""What the stores have answered: files that the product's readers are held against too, and
how their numbers become those of this world.
"""

import pathlib
import re

ANSWERS = pathlib.Path(__file__).parents[2] / "test" / "stores" / "answers"

#: gauges of what is in memory; Pyroscope's tsdb_head_series is none: it never falls again
HELD = re.compile(r"memory_series|memory_chunks|live_traces|type=\"profiles\"")
#: counters of what was stored
STORED = re.compile(r"uploads_total|chunks_stored_total|blocks_flushed_total")


#: what counts what each is sent: here the times at which something came in
RECEIVED = {
    "mimir": ['cortex_distributor_received_samples_total{user="anonymous"}'],
    "loki": ['loki_distributor_lines_received_total{tenant="fake"}'],
    "tempo": [
        'tempo_distributor_spans_received_total{tenant="single-tenant"}',
        # senders speak HTTP, all of them
        'tempo_receiver_accepted_spans{receiver="otlp/otlp_receiver",transport="http"}',
    ],
    "pyroscope": ['pyroscope_distributor_received_compressed_bytes_count{tenant="anonymous",type="cpu"}'],
}


def read_answer(store: str, name: str) -> str:
    """The body of an answer of the newest version of a store that has given it."""
    answered = [folder for folder in ANSWERS.glob(f"{store}-*") if (folder / f"{name}.body").exists()]
    newest = max(answered, key=read_version)
    return (newest / f"{name}.body").read_text()


def read_version(folder: pathlib.Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", folder.name)]


def count_received(store: str, count: int) -> str:
    return "\n".join(f"{counter} {count}" for counter in RECEIVED[store])


def fill_metrics(page: str, memory: int, stored: int) -> str:
    """A page of metrics with other numbers. What is 0 in it stays."""
    return "\n".join(fill_line(line, memory, stored) for line in [*page.splitlines(), "go_goroutines 31"])


def fill_line(line: str, memory: int, stored: int) -> str:
    metric, _, value = line.rpartition(" ")
    if STORED.search(metric):
        return f"{metric} {stored}"
    return f"{metric} {memory}" if HELD.search(metric) and value != "0" else line
