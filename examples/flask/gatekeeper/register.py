"""Connects the flags with a Flask application."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from flask import Flask, Request, Response, current_app, request

from .config import FeatureFlagConfig, GatekeeperError, UserId
from .gate import Gatekeeper
from .manifest import MANIFEST_HEADERS, revision_of, write_manifest
from .response import GATES, ResponseHeaders
from .rules import read_rules
from .settings import Scenario, Settings, checked_config_map

_EXTENSION = 'gatekeeper'


def register_gatekeeper(
    app: Flask,
    config_map: Mapping[str, FeatureFlagConfig],
    *,
    name: str | None = None,
    environment: str | None = None,
    user_id: Callable[[Request], UserId | None] | None = None,
    attributes: Callable[[Request], Mapping[str, Any]] | None = None,
    rules: Mapping[str, Any] | None = None,
    allow_overrides: Callable[[Request], bool] | None = None,
    scenarios: Sequence[Scenario] = (),
    cookie_name: str = 'gatekeeper',
    manifest_path: str = '/.well-known/gatekeeper.json',
) -> None:
    """Gives every request its flags, as ``request.gk``, and serves the manifest to requests that may override.

    In development (``app.debug``) every request may override. Elsewhere, none may unless ``allow_overrides`` returns
    exactly ``True`` for it. ``rules`` is a document in flagd's format, whose rules read the user and ``attributes``.

    Call this after the ``before_request`` function of the login, because the manifest is evaluated for the user of the
    request that reads it.
    """
    if _EXTENSION in app.extensions:
        raise GatekeeperError('register_gatekeeper was called twice for the same application')
    checked = checked_config_map(config_map)
    settings = Settings(
        app=app,
        config_map=checked,
        name=name,
        environment=environment,
        user_id=user_id,
        attributes=attributes,
        rules={} if rules is None else read_rules(rules, checked),
        allow_overrides=allow_overrides,
        scenarios=tuple(scenarios),
        cookie_name=cookie_name,
        manifest_path=manifest_path,
    )
    app.extensions[_EXTENSION] = settings
    app.wsgi_app = ResponseHeaders(app.wsgi_app)  # type: ignore[method-assign]
    revision = cache(lambda: revision_of(settings))

    @app.before_request
    def gatekeeper() -> Response | None:
        gate = initialize_gatekeeper()
        request.gk = gate  # type: ignore[attr-defined]
        # Not a route: with one, the other methods would get 405 instead of the site's own 404.
        if request.path == manifest_path and request.method in ('GET', 'HEAD') and gate.open_manifest():
            manifest = write_manifest(gate, revision(), secure=request.is_secure)
            return Response(json.dumps(manifest), headers=MANIFEST_HEADERS)
        return None


def initialize_gatekeeper(
    user_id: UserId | None = None,
    app: Flask | None = None,
    config_map: Mapping[str, FeatureFlagConfig] | None = None,
) -> Gatekeeper:
    """The flags of the current request, with the settings of ``register_gatekeeper``.

    ``user_id`` is the user, if not the one of the settings.
    """
    target = app or current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings | None = target.extensions.get(_EXTENSION)
    if settings is None or config_map is not None:
        if config_map is None:
            raise GatekeeperError('initialize_gatekeeper needs a config_map, or register_gatekeeper before it')
        settings = Settings(app=target, config_map=checked_config_map(config_map))
    current = request._get_current_object()  # type: ignore[attr-defined]
    gate = Gatekeeper(settings, current, user_id)
    current.environ.setdefault(GATES, []).append(gate)
    return gate
