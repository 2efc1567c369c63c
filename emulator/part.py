"""The interface of all parts of the simulation, and how a part changes moto."""

import functools
from collections.abc import Callable
from typing import Any

Query = dict[str, str]
Body = dict[str, Any]
Answer = Callable[[Query, Body], Any]
#: (method, path) → what answers it
Routes = dict[tuple[str, str], Answer]


class BadRequestError(Exception):
    """A question or an order that can't be answered; the text says why, and the answer is 400."""


class Part:
    """A piece of the simulation. It overrides only what it needs.

    What belongs to one world is made in `reset` and held nowhere else: no world knows of
    an earlier one.
    """

    #: whether ten ticks a second are too few
    is_quick = False

    def install(self) -> None:
        """Replaces what moto does otherwise than AWS. Called once in a process."""

    def reset(self) -> None:
        """Forgets the world.

        Called before each world is built, also before the first.
        """

    def tick(self, now: float) -> None:
        """Lets time pass until `now`, seconds since 1970.

        Called ten times a second, of a quick part fifty times, under the lock.
        """

    def routes(self) -> Routes:
        """What the part answers below /_emulator, under the lock."""
        return {}

    def close(self) -> None:
        """Ends what runs outside this process. Called before the process ends."""


def override(owner: Any, name: str, method: Callable[..., Any]) -> None:
    """Replaces or adds a method of moto. `method` gets the original first, None where none is."""
    original = getattr(owner, name, None)

    @functools.wraps(original or method)
    def overriding(*args: Any, **kwargs: Any) -> Any:
        return method(original, *args, **kwargs)

    setattr(owner, name, overriding)
