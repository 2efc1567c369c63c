"""What the stores of a host answer for their configuration: as the programs did, or by
their sources (test/stores/answers says which).
"""

import pathlib

BUCKET = "sys-lgtm-s3"
ENDPOINT = "s3.ap-northeast-2.amazonaws.com"
#: of the S3 that the programs were recorded with
RECORDED_ENDPOINT = "127.0.0.1:5555"
ANSWERS = pathlib.Path(__file__).parents[2] / "test" / "stores" / "answers"

STORES = ["mimir", "loki", "tempo", "pyroscope"]
#: how Loki's says that chunks lie on the disk
ON_DISK = "object_store: filesystem"


def read_answer(store: str, name: str) -> str:
    """The body of an answer of the version of a store that there is one of."""
    [folder] = ANSWERS.glob(f"{store}-*")
    return (folder / f"{name}.body").read_text()


def read_configuration(store: str) -> str:
    return read_answer(store, "configuration").replace(RECORDED_ENDPOINT, ENDPOINT)


#: Loki's whole one, since it answers 500 to `mode=diff`; of the others what differs from their defaults
CONFIGURATIONS = {store: read_configuration(store) for store in STORES}
#: Loki's in the world `filesystem`
LOKI_ON_DISK = (
    CONFIGURATIONS["loki"].replace("object_store: s3", ON_DISK).replace('directory: ""', "directory: /loki/chunks")
)
