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
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

import cloudmap
import cloudwatch
import control
import ec2
import ecr
import ecs
import elb
import grafana
import holdings
import iam
import registry
import route53
import ssm
import state
import stores
import tasks
import workload
import worlds

MODULES = [route53, elb, cloudmap, ecr, iam, ecs, tasks, ec2, ssm, holdings, cloudwatch, grafana, workload, stores, worlds]
TICK_S = 0.1


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_):
        pass


def tick_forever():
    while True:
        started = time.time()
        for module in MODULES:
            if hasattr(module, "tick"):
                try:
                    with state.LOCK:
                        module.tick(started)
                except Exception:
                    logging.exception("%s.tick", module.__name__)
        time.sleep(max(0.0, TICK_S - (time.time() - started)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--world", choices=["ready", "adopted", "bare", "filesystem", "sqlite", "empty"], default="ready")
    parser.add_argument("--record", choices=["cname", "a"], default="cname")
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
