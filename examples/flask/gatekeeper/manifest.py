"""The manifest, which lists the flags for a client (docs/protocol.md, section 3)."""

import hashlib
import inspect
import json
from typing import Any

from .config import FeatureFlagConfig
from .cookie import DEFAULT_MAX_AGE, MAX_COOKIE_BYTES
from .gate import Gatekeeper
from .settings import Settings

_MAX_VALUES = 2_000

MANIFEST_HEADERS = {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'private, no-store',
    'Vary': 'Cookie',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
}


def write_manifest(gate: Gatekeeper, revision: str, *, secure: bool) -> dict[str, Any]:
    """The manifest for the request of ``gate``, with nothing about hidden flags."""
    settings = gate.settings
    overrides = gate.overrides
    hidden = {name for name, config in settings.config_map.items() if config.HIDDEN}
    return {
        'gatekeeper': 1,
        **_present(app=settings.name, environment=settings.environment, revision=revision),
        'cookie': {
            'name': settings.cookie_name,
            'path': '/',
            'sameSite': 'Lax',
            'secure': secure or settings.cookie_name.startswith('__'),
            'maxAge': DEFAULT_MAX_AGE,
        },
        'overrides': {
            'state': 'enabled',
            'maxBytes': MAX_COOKIE_BYTES,
            'applied': [flag for flag in overrides.applied if flag not in hidden],
            'ignored': [entry for entry in overrides.ignored if entry['flag'] not in hidden],
            **_present(problem=overrides.problem),
        },
        'flags': [_describe(gate, config) for config in settings.config_map.values() if not config.HIDDEN],
        'scenarios': [
            {**scenario, 'overrides': dict(scenario['overrides'])}
            for scenario in settings.scenarios
            if not hidden.intersection(scenario['overrides'])
        ],
    }


def revision_of(settings: Settings) -> str:
    """A string that changes with the definitions of the listed flags."""
    described = [
        [_published(config), _values(settings, config), config.OVERRIDABLE, config.users, _source(config)]
        for config in settings.config_map.values()
        if not config.HIDDEN
    ]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:12]


def _describe(gate: Gatekeeper, config: FeatureFlagConfig) -> dict[str, Any]:
    evaluation = gate.evaluation_for(config)
    return {
        **_published(config),
        **_values(gate.settings, config),
        'overridable': config.OVERRIDABLE,
        'current': evaluation.variant,
        'source': evaluation.source,
        'reason': evaluation.reason,
        **_present(errorCode=evaluation.error_code),
        'withoutOverride': gate.evaluation_without_override(config).variant,
    }


def _published(config: FeatureFlagConfig) -> dict[str, Any]:
    return {
        'name': config.FLAG_NAME,
        'variants': config.get_variants(),
        'default': config.default,
        **_present(
            description=config.DESCRIPTION,
            owner=config.OWNER,
            tags=list(config.TAGS) or None,
            url=config.URL,
            createdAt=config.CREATED_AT and config.CREATED_AT.isoformat(),
            expiresAt=config.EXPIRES_AT and config.EXPIRES_AT.isoformat(),
        ),
    }


def _values(settings: Settings, config: FeatureFlagConfig) -> dict[str, Any]:
    if config.VALUES is None:
        return {}
    values = {variant: settings.value_of(config, variant) for variant in config.get_variants()}
    return {'values': values} if len(json.dumps(values)) <= _MAX_VALUES else {}


def _source(config: FeatureFlagConfig) -> str:
    try:
        return inspect.getsource(type(config)._get_variant)
    except (OSError, TypeError):
        return ''  # the program has no source files


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
