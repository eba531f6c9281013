"""Who may override (docs/protocol.md, section 5)."""

from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from flask import Request, has_request_context
from flask.globals import request_ctx

from .evaluation import close_awaitable
from .settings import Settings


def may_override(settings: Settings, request: Request) -> bool:
    """Whether a request may override: in development, or if the policy returns exactly ``True``."""
    app, policy = settings.app, settings.allow_overrides
    if app.debug:
        return True
    if policy is None:
        return False
    try:
        answer: object = policy(request)
    except Exception:
        app.logger.exception('gatekeeper: allow_overrides failed, so no override applies')
        return False
    if isawaitable(answer):
        close_awaitable(answer)
        app.logger.error('gatekeeper: allow_overrides must not be async; no override applies')
    return answer is True


def remember_session_access() -> Callable[[], None]:
    """Returns a function that hides that the session was read in the meantime.

    Flask adds ``Vary: Cookie`` to a response if the session was read. If the policy reads it, this header would
    distinguish the manifest's path from an unknown one, although the response to both is the site's 404.
    """
    # Not `flask.session`: since Flask 3.1.3, this counts as reading. A stream has no context.
    context = vars(request_ctx._get_current_object()) if has_request_context() else {}  # type: ignore[attr-defined]
    session: Any = context.get('_session', context.get('session'))
    accessed = getattr(session, 'accessed', True)

    def restore() -> None:
        if not accessed:
            session.accessed = False

    return restore
