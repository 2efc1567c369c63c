"""moto as one WSGI application, and how it forgets all that it holds."""

import functools
from collections.abc import Callable
from typing import Any

from moto import backends
from moto.core import responses
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app


def make_moto_app() -> Callable[..., Any]:
    # moto lists its own folder twice in each call
    services = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: services
    # and the methods of a service's class in each
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
    return DomainDispatcherApplication(create_backend_app)


def reset_moto() -> None:
    """Drops every service's backend. It is made anew when it is asked for."""
    BackendDict.reset()
    reset_model_data()
