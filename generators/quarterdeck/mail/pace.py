"""How fast mail leaves: as fast as the service allows, and not all at the same moment (F-167)."""

from collections.abc import Callable
from typing import Final

FIRST_SECONDS: Final = 1.0
"""Pause before the first new try; each later one is twice as long."""
_SPREAD: Final = 0.5
"""The part of a pause that chance decides, so that two runs that met do not meet again."""


class Pace:
    """A bucket of tokens that fills as fast as the service sends; a mail takes one for each recipient."""

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float],
        wait: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        """Full at first, with what a second brings.

        Args:
            rate: Recipients a second.
            clock: Seconds that only grow.
            wait: Waits so many seconds.
            random: From 0 to below 1.
        """
        self._rate, self._clock, self._wait, self._random = rate, clock, wait, random
        self._tokens = self._most = max(1.0, rate)
        self._at = clock()

    def take(self, recipients: int) -> None:
        """Wait until so many may go. More than a second brings are owed, and waited for beforehand."""
        now = self._clock()
        self._tokens = min(self._most, self._tokens + (now - self._at) * self._rate)
        self._at = now
        self._tokens -= recipients
        if self._tokens < 0:
            self._wait(-self._tokens / self._rate * (1 + self._random() * _SPREAD))

    def pause(self, tries: int) -> None:
        """Wait before a new try, the longer the more there were."""
        self._wait(FIRST_SECONDS * 2 ** (tries - 1) * (1 - _SPREAD + self._random() * _SPREAD))
