"""A rules document in flagd's format (docs/rules.md), which the application reads when it starts.

This is the part of the format that kill switches, rollouts and simple conditions need: ``state``, ``defaultVariant``,
and ``targeting`` with ``if``, ``==`` (of values of one type), ``in``, ``var`` and ``fractional``. A document with other
operators is refused.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .config import FeatureFlagConfig, GatekeeperError, UserId
from .rollout import choose_variant

_OPERATORS = ('if', '==', 'in', 'var', 'fractional')


@dataclass(frozen=True)
class RuleContext:
    """What a rule may read. The user and the attributes are read only if the rule needs them."""

    flag: str
    read_user_id: Callable[[], UserId | None]
    read_attributes: Callable[[], Mapping[str, Any]]

    def targeting_key(self) -> str | None:
        user_id = self.read_user_id()
        return None if user_id is None else str(user_id)

    def look_up(self, path: str) -> Any:
        """The value at a path such as ``plan`` or ``address.country``; ``None`` if there is none."""
        name, *rest = path.split('.')
        if name == 'targetingKey':
            value: Any = self.targeting_key()
        elif name == '$flagd':
            value = {'flagKey': self.flag, 'timestamp': int(time.time())}
        else:
            value = self.read_attributes().get(name)
        for step in rest:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value


@dataclass(frozen=True)
class RuleResult:
    """The variant is ``None`` if the rule leaves the decision to the code."""

    variant: str | None
    reason: str


class Rule:
    """The rule of one flag."""

    def __init__(self, config: FeatureFlagConfig, entry: Mapping[str, Any]) -> None:
        self._config = config
        self._state = entry.get('state')
        self._default = entry.get('defaultVariant')
        self._targeting = entry.get('targeting')
        self._values: Mapping[str, Any] = entry.get('variants', {})
        if self._state not in ('ENABLED', 'DISABLED'):
            raise self._error(f'state must be ENABLED or DISABLED; got {self._state!r}')
        if self._default is not None and config.variant_named(self._default) is None:
            known = ', '.join(config.get_variants())
            raise self._error(f'defaultVariant must be one of {known}; got {self._default!r}')
        self._check(self._targeting)

    def evaluate(self, context: RuleContext) -> RuleResult:
        if self._state == 'DISABLED':
            return RuleResult(self._config.default, 'DISABLED')
        if not self._targeting:
            return RuleResult(self._default, 'STATIC')
        chosen = _evaluate(self._targeting, context)
        if chosen is None:
            return RuleResult(self._default, 'DEFAULT')
        variant = self._config.variant_named(str(chosen).lower() if isinstance(chosen, bool) else chosen)
        if variant is None:
            raise ValueError(f'targeting must give one of {self._config.get_variants()} or null; got {chosen!r}')
        return RuleResult(variant, 'SPLIT' if isinstance(chosen, _Split) else 'TARGETING_MATCH')

    def value_of(self, variant: str) -> Any:
        """The document's value of a variant; ``None`` if it has none or is not in force."""
        return self._values.get(variant) if self._state == 'ENABLED' else None

    def _check(self, expression: Any) -> None:
        if isinstance(expression, Mapping):
            for operator in expression:
                if len(expression) != 1 or operator not in _OPERATORS:
                    raise self._error(f'targeting must use one of {", ".join(_OPERATORS)}; got {operator!r}')
            expression = list(expression.values())
        for inner in expression if isinstance(expression, list) else ():
            self._check(inner)

    def _error(self, what: str) -> GatekeeperError:
        return GatekeeperError(f'rules, flag {self._config.FLAG_NAME}: {what}')


def read_rules(document: Mapping[str, Any], config_map: Mapping[str, FeatureFlagConfig]) -> dict[str, Rule]:
    """The rules of the application's flags. Flags that only other applications have are skipped."""
    entries = document.get('flags')
    if not isinstance(entries, Mapping):
        raise GatekeeperError(f'rules must be an object with "flags"; got {document!r:.80}')
    return {name: Rule(config_map[name], entry) for name, entry in entries.items() if name in config_map}


class _Split(str):
    """A variant that ``fractional`` chose."""


def _evaluate(expression: Any, context: RuleContext) -> Any:
    match expression:
        case {'var': [path, default]}:
            found = context.look_up(path)
            return _evaluate(default, context) if found is None else found
        case {'var': [path] | path}:
            return context.look_up(str(path))
        case {'if': [condition, then, *otherwise]}:
            if _evaluate(condition, context):
                return _evaluate(then, context)
            return _evaluate({'if': otherwise}, context)
        case {'if': [last]}:
            return _evaluate(last, context)
        case {'==': [one, other]}:
            return _is_equal(_evaluate(one, context), _evaluate(other, context))
        case {'in': [wanted, where]}:
            return _is_in(_evaluate(wanted, context), _evaluate(where, context))
        case {'fractional': [*args]}:
            return _fractional([_evaluate(arg, context) for arg in args], context)
        case [*items]:
            return [_evaluate(item, context) for item in items]
        case {'if': []}:
            return None  # no condition held, and there is no last branch
        case Mapping():
            raise ValueError(f'targeting has an operator with the wrong operands: {expression!r:.80}')
        case literal:
            return literal


def _is_equal(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _is_in(wanted: Any, where: Any) -> bool:
    if isinstance(where, str):
        return isinstance(wanted, str) and wanted in where
    return isinstance(where, list) and any(_is_equal(wanted, one) for one in where)


def _fractional(args: list[Any], context: RuleContext) -> str | None:
    match args:
        case [str(key), *buckets]:
            pass
        case buckets:
            targeting_key = context.targeting_key()
            if not targeting_key:
                return None
            key = f'{context.flag}{targeting_key}'
    weights = [(bucket[0], bucket[1] if len(bucket) > 1 else 1) for bucket in buckets]
    chosen = choose_variant(key, weights)
    return None if chosen is None else _Split(chosen)
