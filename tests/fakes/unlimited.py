"""Counters that refuse nothing: for tests that ask more often in a minute than anybody may."""

from api.http.counters import Counters


class Unlimited(Counters):
    """Nothing is counted, so that nothing is too much."""

    def __init__(self) -> None:
        super().__init__(None)

    def take(self, limit: str, *keys: str) -> None:
        pass

    def require_room(self, limit: str, *keys: str) -> None:
        pass

    def note(self, limit: str, *keys: str) -> None:
        pass
