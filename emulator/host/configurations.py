"""What the stores of a host answer for their configuration: as the programs did, or by
their sources (test/stores/answers says which).
"""

import re

from ..stubs.answers import read_answer

BUCKET = "sys-lgtm-s3"
ENDPOINT = "s3.ap-northeast-2.amazonaws.com"
#: the S3 that the programs were recorded with was emulated
RECORDED_ENDPOINT = re.compile(r"(endpoint: )(?:127\.0\.0\.1|localhost|host\.docker\.internal)\S*")

STORES = ["mimir", "loki", "tempo", "pyroscope"]
#: how Loki's says that chunks lie on the disk
ON_DISK = "object_store: filesystem"


def read_configuration(store: str) -> str:
    return RECORDED_ENDPOINT.sub(rf"\g<1>{ENDPOINT}", read_answer(store, "configuration"))


#: characters of Loki's, of which the answer that is kept has six blocks
LOKI_LENGTH = 92_081


def fill_up(text: str, length: int) -> str:
    """In front of it blocks that nobody asks for."""
    lines = -(-(length - len(text)) // len("left_out_0000:\n    key: value\n"))
    return "".join(f"left_out_{line:04d}:\n    key: value\n" for line in range(lines)) + text


#: Loki's whole one, since it answers 500 to `mode=diff`; of the others what differs from their defaults
CONFIGURATIONS = {store: read_configuration(store) for store in STORES}
#: both tell tenants apart unless they are told not to
CONFIGURATIONS["mimir"] += "multitenancy_enabled: false\n"
CONFIGURATIONS["loki"] = "auth_enabled: false\n" + CONFIGURATIONS["loki"]
CONFIGURATIONS["loki"] = fill_up(CONFIGURATIONS["loki"], LOKI_LENGTH)
#: Loki's in the world `filesystem`
LOKI_ON_DISK = (
    CONFIGURATIONS["loki"].replace("object_store: s3", ON_DISK).replace('directory: ""', "directory: /loki/chunks")
)
