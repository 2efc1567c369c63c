"""Reads that do not show a change yet: AWS's APIs are eventually consistent."""

import time
from dataclasses import dataclass

from ..part import Part
from .calls import Call
from .rules import Rule, Rules
from .snapshot import Ask, Snapshot


@dataclass
class Window:
    """The time in which the reads of a rule show the world as it was before a change."""

    rule: Rule
    snapshot: Snapshot
    #: None: only their number ends it
    ends_at: float | None
    reads: int = 0

    def is_over(self, now: float) -> bool:
        is_late = self.ends_at is not None and now >= self.ends_at
        return is_late or (self.rule.reads is not None and self.reads >= self.rule.reads)


class StaleReads(Part):
    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.windows: list[Window] = []

    def reset(self) -> None:
        self.close()

    def close(self) -> None:
        for window in self.windows:
            window.snapshot.end()
        self.windows = []

    def tick(self, now: float) -> None:
        """Ends what is over, or whose rule is gone."""
        rules = [id(rule) for rule in self.rules.find_stale()]
        for window in [each for each in self.windows if each.is_over(now) or id(each.rule) not in rules]:
            self.windows.remove(window)
            window.snapshot.end()

    def open_windows(self, call: Call, ask: Ask) -> None:
        """Before a change: from now on some reads will not show it.

        A change within a window is shown when that ends.
        """
        service, action = call["service"], call["action"]
        opened = [id(window.rule) for window in self.windows]
        for rule in self.rules.find_stale():
            is_meant = rule.service in ("*", service) and rule.after in ("*", action)
            if is_meant and id(rule) not in opened and rule.is_open_to(service, action):
                rule.count(service, action)
                ends_at = time.time() + rule.delay_s if rule.delay_s else None
                self.windows.append(Window(rule, Snapshot(ask), ends_at))

    def find_snapshot(self, call: Call) -> Snapshot | None:
        """What answers a read instead of the world; it counts the read."""
        self.tick(time.time())
        for window in self.windows:
            if window.rule.names(call["service"], call["action"]):
                window.reads += 1
                return window.snapshot
        return None
