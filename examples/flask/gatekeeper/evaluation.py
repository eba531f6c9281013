"""How a flag is evaluated without overrides (docs/protocol.md, section 2): user list, own logic, default."""

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Literal

from flask import Request, session

from .config import FeatureFlagConfig, UserId, checked_user_id
from .settings import Settings

Source = Literal['override', 'user', 'code', 'default', 'error']

_REASONS: Mapping[Source, str] = {
    'override': 'STATIC',
    'user': 'TARGETING_MATCH',
    'code': 'TARGETING_MATCH',
    'default': 'DEFAULT',
    'error': 'ERROR',
}


@dataclass(frozen=True)
class Evaluation:
    """A flag's variant, and where it came from."""

    flag: str
    variant: str
    source: Source
    error_code: str | None = None

    @property
    def reason(self) -> str:
        """OpenFeature's reason."""
        return _REASONS[self.source]


Subject = tuple[str, str | None]
"""A flag, and the user it is evaluated for; ``None`` is the user of the request."""


def subject_of(config: FeatureFlagConfig, other_user: UserId | None) -> Subject:
    return config.FLAG_NAME, None if other_user is None else str(other_user)


class Resolver:
    """Evaluates the flags of one request without overrides. A failure gives the default and one line in the log."""

    def __init__(self, settings: Settings, request: Request, user_id: UserId | None) -> None:
        self._settings = settings
        self._request = request
        self._user_id = user_id
        self._is_reading_user = False
        self._running: list[Subject] = []
        self._circular: set[Subject] = set()

    def is_running(self, subject: Subject) -> bool:
        """Whether the flag's own logic is running: it may evaluate other flags."""
        return subject in self._running

    def evaluate(self, config: FeatureFlagConfig, other_user: UserId | None) -> Evaluation:
        subject = subject_of(config, other_user)
        if subject in self._running:
            # Each flag of the circle gets its default, so that the order of evaluation does not matter.
            self._circular.update(self._running[self._running.index(subject) :])
            return _failed(config)
        self._running.append(subject)
        try:
            evaluation = self._from_user_or_code(config, other_user)
            if subject in self._circular:
                raise RecursionError('_get_variant evaluates its own flag, directly or through another')
            return evaluation
        except Exception:
            self._settings.app.logger.exception('gatekeeper: %s has its default, because it failed', config.FLAG_NAME)
            return _failed(config)
        finally:
            self._running.pop()

    def _from_user_or_code(self, config: FeatureFlagConfig, other_user: UserId | None) -> Evaluation:
        flag = config.FLAG_NAME
        if not config.users and not config.has_own_logic:
            return Evaluation(flag, config.default, 'default')
        user_id = self._read_user_id() if other_user is None else checked_user_id(other_user)
        listed = None if user_id is None else config.users.get(str(user_id))
        if listed is not None:
            return Evaluation(flag, listed, 'user')
        value = config._get_variant(user_id=user_id, app=self._settings.app, request=self._request, session=session)
        if value is None:
            return Evaluation(flag, config.default, 'default')
        variant = config.variant_named(value)
        if variant is None:
            close_awaitable(value)
            raise ValueError(f'_get_variant must return one of {config.get_variants()} or None; got {value!r}')
        return Evaluation(flag, variant, 'code')

    def _read_user_id(self) -> UserId | None:
        # A missing user is not cached: one flag may be evaluated before the login and another after it.
        read = self._settings.user_id
        if self._user_id is None and read is not None and not self._is_reading_user:
            self._is_reading_user = True  # flags that `read` evaluates have no user
            try:
                user_id = read(self._request)
                self._user_id = None if user_id is None else checked_user_id(user_id)
            finally:
                self._is_reading_user = False
        return self._user_id


def close_awaitable(value: object) -> None:
    """Avoids Python's warning about a coroutine that was never awaited."""
    close = getattr(value, 'close', None)
    if isawaitable(value) and callable(close):
        close()


def _failed(config: FeatureFlagConfig) -> Evaluation:
    return Evaluation(config.FLAG_NAME, config.default, 'error', 'GENERAL')
