"""What an application decides once, for all its requests."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

from flask import Flask, Request

from .config import FeatureFlagConfig, GatekeeperError, UserId, value_type
from .rules import Rule

GRANT_COOKIE = '__Host-gatekeeper-grant'
_COOKIE_NAME = re.compile(r'(__Host-|__Secure-)?gatekeeper[A-Za-z0-9_-]*')


def checked_config_map(config_map: Mapping[str, FeatureFlagConfig]) -> dict[str, FeatureFlagConfig]:
    """A copy of ``config_map``, in which each flag has its own name."""
    for key, config in config_map.items():
        if not isinstance(config, FeatureFlagConfig):
            raise GatekeeperError(f'config_map[{key!r}] must be an instance of FeatureFlagConfig; got {config!r}')
        if key != config.FLAG_NAME:
            raise GatekeeperError(f'config_map[{key!r}] must have this FLAG_NAME; got {config.FLAG_NAME!r}')
    return dict(config_map)


class Scenario(TypedDict):
    """A named set of overrides that the site proposes."""

    name: str
    description: NotRequired[str]
    overrides: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The arguments of ``register_gatekeeper``, checked."""

    app: Flask
    config_map: Mapping[str, FeatureFlagConfig]
    name: str | None = None
    environment: str | None = None
    user_id: Callable[[Request], UserId | None] | None = None
    attributes: Callable[[Request], Mapping[str, Any]] | None = None
    rules: Mapping[str, Rule] = field(default_factory=dict)
    allow_overrides: Callable[[Request], bool] | None = None
    scenarios: Sequence[Scenario] = ()
    cookie_name: str = 'gatekeeper'
    manifest_path: str = '/.well-known/gatekeeper.json'

    def __post_init__(self) -> None:
        for option in ('user_id', 'attributes', 'allow_overrides'):
            value = getattr(self, option)
            if value is not None and not callable(value):
                raise GatekeeperError(f'{option} must be a function of the request; got {value!r}')
        if not _COOKIE_NAME.fullmatch(self.cookie_name) or self.cookie_name == GRANT_COOKIE:
            raise GatekeeperError(f'cookie_name must begin with "gatekeeper"; got {self.cookie_name!r}')
        if not self.manifest_path.startswith('/'):
            raise GatekeeperError(f'manifest_path must begin with "/"; got {self.manifest_path!r}')
        for scenario in self.scenarios:
            self._check_scenario(scenario)
        for config in self.config_map.values():
            if self._has_value_of_another_type(config):
                self.app.logger.warning(
                    'gatekeeper: the rules have a value of another type for %s; its VALUES count', config.FLAG_NAME
                )

    def value_of(self, config: FeatureFlagConfig, variant: str) -> Any:
        """The value of a variant. A rule may change it to another one of the same type, but not to the variant's name."""
        if config.VALUES is None:
            return variant
        own, rule = config.VALUES[variant], self.rules.get(config.FLAG_NAME)
        value = None if rule is None else rule.value_of(variant)
        return value if value != variant and value_type(value) is value_type(own) else own

    def _has_value_of_another_type(self, config: FeatureFlagConfig) -> bool:
        rule = self.rules.get(config.FLAG_NAME)
        if config.VALUES is None or rule is None:
            return False
        found = [(own, rule.value_of(variant)) for variant, own in config.VALUES.items()]
        return any(value is not None and value_type(value) is not value_type(own) for own, value in found)

    def _check_scenario(self, scenario: Scenario) -> None:
        for flag, variant in scenario['overrides'].items():
            config = self.config_map.get(flag)
            if config is None or variant not in config.get_variants():
                raise GatekeeperError(f'scenario {scenario["name"]!r}: {flag} has no variant {variant!r}')
