"""The command line: `python -m emulator`."""

import argparse
import logging

from . import __doc__ as description
from .environment import prepare


def main() -> None:
    # before anything of moto is imported
    prepare()
    from .server import serve
    from .world.build import RECORDS, WORLDS

    parser = argparse.ArgumentParser(prog="python -m emulator", description=description)
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--world", choices=WORLDS, default=WORLDS[0])
    parser.add_argument("--record", choices=RECORDS, default=RECORDS[0], help="what the users' name is")
    parser.add_argument(
        "--registry",
        metavar="FOLDER",
        help="ECR takes pushes: docker-registry, its blobs in FOLDER",
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    serve(options.port, options.world, options.record, options.registry)


if __name__ == "__main__":
    main()
