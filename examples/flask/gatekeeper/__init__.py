"""Feature flags for Flask, which a browser can override: the Gatekeeper protocol, version 1.

Written from ``docs/protocol.md``. Needs Flask 2.2 or later and the standard library.
"""

from .config import FeatureFlagConfig, GatekeeperError, UserId
from .evaluation import Evaluation
from .gate import Gatekeeper
from .register import initialize_gatekeeper, register_gatekeeper
from .settings import Scenario

__all__ = [
    'Evaluation',
    'FeatureFlagConfig',
    'Gatekeeper',
    'GatekeeperError',
    'Scenario',
    'UserId',
    'initialize_gatekeeper',
    'register_gatekeeper',
]
