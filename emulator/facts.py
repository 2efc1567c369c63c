"""What a plan is written from: ids and names of the world."""

from typing import Any

from .part import Part, Routes


class Facts(Part):
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        #: empty where the world is
        self.values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def add(self, **values: Any) -> None:
        self.values.update(values)

    @property
    def records(self) -> list[str]:
        """The names by which users reach the stack."""
        return self.values.get("records", [])

    def routes(self) -> Routes:
        return {("GET", "/_emulator/world"): lambda *_: self.values}
