"""The emulated AWS: moto in its own process, with what AWS does and moto does not. A simulation."""

import argparse
import json
import logging
import os
import signal
import threading
import time

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "2")
os.environ.setdefault("AWS_DEFAULT_REGION", "ap-northeast-2")
os.environ.setdefault("AWS_ACCESS_KEY_ID", "emulator")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "emulator")

import boto3
from botocore.loaders import create_loader
from moto import backends
from moto.core import utils
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from . import cloudmap
from . import cloudwatch
from . import control
from . import ec2
from . import ecr
from . import ecs
from . import elb
from . import grafana
from . import holdings
from . import iam
from . import registry
from . import route53
from . import ssm
from . import state
from . import stores
from . import tasks
from . import workload
from . import worlds

MODULES = [route53, elb, cloudmap, ecr, iam, ecs, tasks, ec2, ssm, holdings, cloudwatch, grafana, workload, stores, worlds]
TICK_S = 0.1
WORLDS = ["ready", "adopted", "bare", "filesystem", "sqlite", "empty"]
RECORDS = ["cname", "a"]
#: one world is built at a time, and nothing ticks meanwhile
BUILDING = threading.Lock()


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_):
        pass


def tick_forever():
    while True:
        started = time.time()
        with BUILDING:
            tick(started)
        time.sleep(max(0.0, TICK_S - (time.time() - started)))


def tick(now):
    for module in MODULES:
        if hasattr(module, "tick"):
            try:
                with state.LOCK:
                    module.tick(now)
            except Exception:
                logging.exception("%s.tick", module.__name__)


def reset(_, body):
    """POST {"world", "record"}: a new world in the place of this one, as a new process would have it."""
    world, record = body.get("world", "ready"), body.get("record", "cname")
    if world not in WORLDS or record not in RECORDS:
        return {"error": f"world is one of {', '.join(WORLDS)}, record one of {', '.join(RECORDS)}"}
    with BUILDING:
        with state.LOCK:
            BackendDict.reset()
            reset_model_data()
            for module in [state, control, registry, *MODULES]:
                if hasattr(module, "reset"):
                    module.reset()
        worlds.build(world, record, state.URL["aws"])
        with state.LOCK:
            control.CALLS.clear()
            return dict(worlds.facts)


def main():
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--world", choices=WORLDS, default="ready")
    parser.add_argument("--record", choices=RECORDS, default="cname")
    parser.add_argument("--registry", metavar="FOLDER", help="ECR takes pushes: docker-registry, its blobs in this folder")
    args = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    for module in MODULES:
        if hasattr(module, "install"):
            module.install()
    # moto lists its own folder twice in each call, and reads the models of AWS's APIs once more than boto3
    services = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: services
    boto3.setup_default_session()
    models = create_loader()
    boto3.DEFAULT_SESSION._session.register_component("data_loader", models)
    utils.create_loader = lambda: models
    routes = {}
    for module in [control, *MODULES]:
        routes.update(module.routes() if hasattr(module, "routes") else {})
    routes["POST", "/_emulator/reset"] = reset
    app = control.Middleware(DomainDispatcherApplication(create_backend_app), routes)
    server = make_server("127.0.0.1", args.port, app, threaded=True, request_handler=Handler)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: (ssm.close(), registry.close(), os._exit(0)))
    url = f"http://127.0.0.1:{server.server_port}"
    state.URL["aws"] = url
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    if args.registry:
        registry.start(args.registry)
    worlds.build(args.world, args.record, url)
    control.CALLS.clear()
    threading.Thread(target=tick_forever, daemon=True).start()
    print(json.dumps({"aws": url, "pid": os.getpid()}), flush=True)
    serving.join()


if __name__ == "__main__":
    main()
