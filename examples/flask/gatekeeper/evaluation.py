"""How a flag is evaluated without overrides (docs/protocol.md, section 2): user list, rule, own logic, default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Literal

from flask import Request, session

from .config import FeatureFlagConfig, UserId, checked_user_id
from .rules import RuleContext
from .settings import Settings

Source = Literal['override', 'user', 'rule', 'code', 'default', 'error']
ReadUserId = Callable[[], UserId | None]

_REASONS: Mapping[str, str] = {
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
    value: Any
    source: Source
    #: OpenFeature's reason.
    reason: str
    error_code: str | None = None


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

    def evaluation(
        self, config: FeatureFlagConfig, variant: str, source: Source, reason: str | None = None
    ) -> Evaluation:
        """The evaluation that a source gives; without a ``reason``, with the one of the source."""
        value = self._settings.value_of(config, variant)
        error_code = 'GENERAL' if source == 'error' else None
        return Evaluation(config.FLAG_NAME, variant, value, source, reason or _REASONS[source], error_code)

    def is_running(self, subject: Subject) -> bool:
        """Whether the flag's own logic is running: it may evaluate other flags."""
        return subject in self._running

    def evaluate(self, config: FeatureFlagConfig, other_user: UserId | None) -> Evaluation:
        subject = subject_of(config, other_user)
        if subject in self._running:
            # Each flag of the circle gets its default, so that the order of evaluation does not matter.
            self._circular.update(self._running[self._running.index(subject) :])
            return self.evaluation(config, config.default, 'error')
        self._running.append(subject)
        try:
            evaluation = self._resolve(config, other_user)
            if subject in self._circular:
                raise RecursionError('_get_variant evaluates its own flag, directly or through another')
            return evaluation
        except Exception:
            self._settings.app.logger.exception('gatekeeper: %s has its default, because it failed', config.FLAG_NAME)
            return self.evaluation(config, config.default, 'error')
        finally:
            self._running.pop()

    def _resolve(self, config: FeatureFlagConfig, other_user: UserId | None) -> Evaluation:
        def user_id() -> UserId | None:
            return self._read_user_id() if other_user is None else checked_user_id(other_user)

        return self._from_list(config, user_id) or self._from_rule(config, user_id) or self._from_code(config, user_id)

    def _from_list(self, config: FeatureFlagConfig, read_user_id: ReadUserId) -> Evaluation | None:
        user_id = read_user_id() if config.users else None
        variant = None if user_id is None else config.users.get(str(user_id))
        return None if variant is None else self.evaluation(config, variant, 'user')

    def _from_rule(self, config: FeatureFlagConfig, read_user_id: ReadUserId) -> Evaluation | None:
        rule = self._settings.rules.get(config.FLAG_NAME)
        if rule is None:
            return None
        result = rule.evaluate(RuleContext(config.FLAG_NAME, read_user_id, self._read_attributes))
        return None if result.variant is None else self.evaluation(config, result.variant, 'rule', result.reason)

    def _from_code(self, config: FeatureFlagConfig, read_user_id: ReadUserId) -> Evaluation:
        if not config.has_own_logic:
            return self.evaluation(config, config.default, 'default')
        app, request = self._settings.app, self._request
        value = config._get_variant(user_id=read_user_id(), app=app, request=request, session=session)
        if value is None:
            return self.evaluation(config, config.default, 'default')
        variant = config.variant_named(value)
        if variant is None:
            close_awaitable(value)
            raise ValueError(f'_get_variant must return one of {config.get_variants()} or None; got {value!r}')
        return self.evaluation(config, variant, 'code')

    def _read_attributes(self) -> Mapping[str, Any]:
        read = self._settings.attributes
        return {} if read is None else read(self._request)

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
