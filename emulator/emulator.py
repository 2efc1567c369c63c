"""The simulation as a whole: worlds one after another, and the clock that moves them."""

import logging
import threading
import time
from typing import Any

from .account import LOCK, Endpoints
from .control.middleware import Middleware
from .moto_app import make_moto_app, reset_moto
from .part import BadRequestError, Body, Part, Query, Routes
from .parts import make_parts
from .world.build import RECORDS, WORLDS

TICK_S = 0.1
#: between two ticks of a quick part
BEAT_S = 0.02
#: for what is going on under the lock
CLOSE_TIMEOUT_S = 1.0


class Emulator:
    def __init__(self, registry_folder: str | None = None) -> None:
        self.endpoints = Endpoints()
        self.parts = make_parts(self.endpoints, registry_folder)
        #: held while a world is built: it does not tick before it is complete
        self.building = threading.Lock()

    def make_app(self) -> Middleware:
        """The WSGI application. Called once: it also changes moto."""
        routes: Routes = {}
        for part in self.parts.all:
            part.install()
            routes.update(part.routes())
        # a world is built by calls that come in as anybody's, and take the lock
        unlocked: Routes = {("POST", "/_emulator/reset"): self.answer_reset}
        parts = self.parts
        return Middleware(make_moto_app(), parts.calls, parts.rules, parts.stale, routes, unlocked)

    def build_world(self, world: str, record: str) -> None:
        """Puts a new world in the place of the one before."""
        with self.building:
            with LOCK:
                reset_moto()
                for part in self.parts.all:
                    part.reset()
            self.parts.builder.build(world, record)
            self.parts.calls.clear()
            # it was there long ago: no server has what was before
            self.parts.route53.changes.clear()
            self.parts.zones.register_all()

    def answer_reset(self, _: Query, body: Body) -> dict[str, Any]:
        """{"world", "record"}, each the default where it is not named; what GET
        /_emulator/world then says.
        """
        world, record = (
            read_choice(body, "world", WORLDS),
            read_choice(body, "record", RECORDS),
        )
        self.build_world(world, record)
        return self.parts.facts.values

    def start_clock(self) -> None:
        threading.Thread(target=self.tick_forever, daemon=True).start()

    def tick_forever(self) -> None:
        due_at = 0.0
        while True:
            now = time.time()
            is_due = now >= due_at
            due_at = now + TICK_S if is_due else due_at
            with self.building:
                for part in self.parts.all if self.parts.settings["clock_runs"] else ():
                    if is_due or part.is_quick:
                        tick(part, now)
            time.sleep(max(0.0, BEAT_S - (time.time() - now)))

    def close(self) -> None:
        """Ends for good: nothing ticks or answers any more."""
        LOCK.acquire(timeout=CLOSE_TIMEOUT_S)
        for part in self.parts.all:
            part.close()


def read_choice(body: Body, key: str, choices: list[str]) -> str:
    value = body.get(key, choices[0])
    if value not in choices:
        raise BadRequestError(f"{key} is {value!r}; take one of {', '.join(choices)}")
    return str(value)


def tick(part: Part, now: float) -> None:
    """A part that fails stops no other one."""
    try:
        with LOCK:
            part.tick(now)
    except Exception:
        logging.exception("%s does not tick", type(part).__name__)
