"""Counters with an end: in Redis, where processes count together; in memory while there is none or it is away."""

import threading
from collections.abc import Callable
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from flask import current_app
from werkzeug.exceptions import TooManyRequests

from service.store.heartbeats import QUEUES

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import MovingWindowRateLimiter

AWAY_FOR = 30.0  # seconds without Redis before it is asked again
TELL_EVERY = 60.0  # seconds between two lines about refusals: a stranger must not fill the log
FORGET_EVERY = 10.0  # seconds
OF_QUEUE = "rq:queue:"  # RQ's own prefix
Result = TypeVar("Result")

_log = structlog.get_logger()


class _Forgetting:
    """Stands where the library has a timer, which would start a thread in nearly every call to forget what is over."""

    def __init__(self, forget: Callable[[], None]) -> None:
        self._forget, self._at = forget, monotonic()

    def is_alive(self) -> bool:
        """Asked before each count, outside of any lock: now and then it is the moment to forget."""
        if monotonic() >= self._at + FORGET_EVERY:
            self._at = monotonic()
            self._forget()
        return True


class Counters:
    """What was asked how often; a limit reads `10 per 15 minutes`, and its keys are hashed or short."""

    def __init__(self, redis_url: str | None) -> None:
        from limits.storage import MemoryStorage, storage_from_string

        memory: Any = MemoryStorage()
        memory.timer = _Forgetting(memory.timer.function)
        self._memory = memory
        self._redis: Any = None
        if redis_url is not None:
            url = redis_url.replace("unix://", "redis+unix://", 1)
            self._redis = storage_from_string(url, socket_connect_timeout=1, socket_timeout=1)
        self._away_until = 0.0
        self._lock = threading.Lock()
        self._refused, self._told_at = 0, -TELL_EVERY

    def take(self, limit: str, *keys: str) -> None:
        """Count one; raise TooManyRequests, and count none, when that were too many."""
        item = parsed(limit)
        if not self._in_store(lambda store: _moving_window(store).hit(item, *keys)):
            self.refuse(item.get_expiry())

    def require_room(self, limit: str, *keys: str) -> None:
        """Raise TooManyRequests when as many have been counted as may be; count nothing."""
        item = parsed(limit)
        if not self._in_store(lambda store: _moving_window(store).test(item, *keys)):
            self.refuse(item.get_expiry())

    def note(self, limit: str, *keys: str) -> None:
        """Count one, for a later look."""
        item = parsed(limit)
        self._in_store(lambda store: _moving_window(store).hit(item, *keys))

    def forget(self, limit: str, *keys: str) -> None:
        """Count from nothing again."""
        item = parsed(limit)
        self._in_store(lambda store: _moving_window(store).clear(item, *keys))

    def add(self, key: str, number: int, seconds: int) -> int:
        """Add to a number that is forgotten so long after it was first added to; returns the sum."""
        return int(self._in_store(lambda store: store.incr(f"duban/{key}", seconds, amount=number)))

    def number(self, key: str) -> int:
        """Such a number; 0 when it was never added to, or is forgotten."""
        return int(self._in_store(lambda store: store.get(f"duban/{key}")))

    def clear(self, key: str) -> None:
        """Forget such a number."""
        self._in_store(lambda store: store.clear(f"duban/{key}"))

    def queue_lengths(self) -> dict[str, int] | None:
        """How many ticks wait in each queue of workers; None without Redis, and while it does not answer."""
        if self._redis is None or monotonic() < self._away_until:
            return None
        from redis import RedisError  # noqa: PLC0415 - only who has one

        try:
            return {queue: int(self._redis.storage.llen(f"{OF_QUEUE}{queue}")) for queue in QUEUES}
        except RedisError:
            return None

    def refuse(self, seconds: int) -> None:
        """Raise TooManyRequests; the log has a line a minute with how many."""
        with self._lock:
            self._refused += 1
            if monotonic() >= self._told_at + TELL_EVERY:
                _log.warning("too many requests", refused=self._refused)
                self._refused, self._told_at = 0, monotonic()
        raise TooManyRequests(retry_after=seconds)

    def _in_store(self, do: Callable[[Any], Result]) -> Result:
        from redis import RedisError  # noqa: PLC0415 - only who has one

        if self._redis is not None and monotonic() >= self._away_until:
            try:
                return do(self._redis)
            except RedisError as error:
                _log.warning("limits are counted in memory", seconds=AWAY_FOR, error=str(error))
                self._away_until = monotonic() + AWAY_FOR
        return do(self._memory)


@cache
def parsed(limit: str) -> "RateLimitItem":
    """What such a text says."""
    from limits import parse

    return parse(limit)


def _moving_window(store: Any) -> "MovingWindowRateLimiter":
    from limits.strategies import MovingWindowRateLimiter

    return MovingWindowRateLimiter(store)


def counters() -> Counters:
    """Those of the present application."""
    found: Counters = current_app.extensions["duban.counters"]
    return found
