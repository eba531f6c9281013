"""The flags of one request, as the application sees them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Request
from markupsafe import Markup

from .config import FeatureFlagConfig, UserId
from .cookie import (
    MAX_COOKIE_BYTES,
    NO_OVERRIDES,
    Overrides,
    encode_overrides,
    find_cookie,
    read_overrides,
    set_cookie_line,
)
from .evaluation import Evaluation, Resolver, Subject, subject_of
from .permission import may_override, remember_session_access
from .settings import Settings
from .used_flags import used_script


class Gatekeeper:
    """The flags of one request, as ``request.gk``.

    Evaluating a flag never raises. A flag keeps its variant until the request ends.
    """

    def __init__(self, settings: Settings, request: Request, user_id: UserId | None = None) -> None:
        self.settings = settings
        self._request = request
        self._resolver = Resolver(settings, request, user_id)
        self._pinned: dict[Subject, Evaluation] = {}
        self._may_override: bool | None = None
        self._overrides: Overrides | None = None
        self._suspensions = 0
        self._new_overrides: Mapping[str, str] | None = None
        self._has_sent_headers = False
        self._is_private = False
        self._is_manifest = False

    # Evaluating flags

    def ff(self, flag: str, variant: str) -> bool:
        """Whether ``flag`` has ``variant``. The short form of ``feature_flag``."""
        return self.feature_flag(flag, variant)

    def feature_flag(self, flag: str, variant: str) -> bool:
        """Whether ``flag`` has ``variant`` on this request. ``False`` for a flag that does not exist."""
        return self.get_feature_flag_variant(flag) == variant

    def ff_variant(self, flag: str, user_id_override: UserId | None = None) -> str | None:
        """The short form of ``get_feature_flag_variant``."""
        return self.get_feature_flag_variant(flag, user_id_override)

    def get_feature_flag_variant(self, flag: str, user_id_override: UserId | None = None) -> str | None:
        """The variant of ``flag`` for this request's user, or for another one. ``None`` if there is no such flag."""
        config = self._config(flag)
        return None if config is None else self._evaluate(config, user_id_override).variant

    def ff_value(self, flag: str, user_id_override: UserId | None = None) -> Any:
        """The short form of ``get_feature_flag_value``."""
        return self.get_feature_flag_value(flag, user_id_override)

    def get_feature_flag_value(self, flag: str, user_id_override: UserId | None = None) -> Any:
        """The value of the variant: from the flag's ``VALUES``, which rules may change, or the variant's name."""
        config = self._config(flag)
        return None if config is None else self._evaluate(config, user_id_override).value

    def explain(self, flag: str) -> Evaluation | None:
        """The variant of ``flag``, and where it came from."""
        config = self._config(flag)
        return None if config is None else self._evaluate(config)

    def get_config_map(self) -> Mapping[str, FeatureFlagConfig]:
        """Every flag by its name."""
        return self.settings.config_map

    # Overriding flags

    def may_override(self) -> bool:
        """Whether this request may override. Decided once; always ``False`` while overrides are suspended."""
        if self._suspensions:
            return False
        if self._may_override is None:
            with self.without_overrides():  # an override cannot grant its own permission
                self._may_override = may_override(self.settings, self._request)
        return self._may_override

    @contextmanager
    def without_overrides(self) -> Iterator[None]:
        """Suspends this browser's overrides in its block, for code that determines the user."""
        self._suspensions += 1
        try:
            yield
        finally:
            self._suspensions -= 1

    def get_browser_override_variants(self) -> dict[str, str]:
        """The overrides of this browser that apply to this request."""
        return dict(self.overrides.applied)

    def get_browser_override_variant(self, flag: str) -> str | None:
        """The override of this browser for ``flag``, if it applies."""
        return self.overrides.applied.get(flag)

    def set_browser_override_variant(self, flag: str, variant: str) -> bool:
        """Sets this browser's override for its next requests; ``''`` clears it. Returns whether that was possible."""
        return self.set_browser_override_variants({flag: variant})

    def set_browser_override_variants(self, variants: Mapping[str, str]) -> bool:
        """Sets several overrides, either all or none of them. Overrides of other flags stay."""
        if not self.may_override() or self._has_sent_headers:
            return False
        changed = dict(self._cookie_variants() if self._new_overrides is None else self._new_overrides)
        for flag, variant in variants.items():
            config = self.settings.config_map.get(flag)
            if variant == '':
                changed.pop(flag, None)
            elif config is not None and config.OVERRIDABLE and variant in config.get_variants():
                changed[flag] = variant
            else:
                return False
        if len(self.settings.cookie_name) + len(encode_overrides(changed)) > MAX_COOKIE_BYTES:
            return False
        self._new_overrides = changed
        return True

    # What the page used

    def used_script(self) -> Markup:
        """The element that lists the flags of a page, for a template: ``{{ request.gk.used_script() }}``.

        It makes the page private. It is empty for requests that may not override or have no override cookie, and in a
        stream whose headers let a shared cache store the page.
        """
        if self._has_sent_headers and not self._is_private:
            return Markup()
        evaluations = self.listed_evaluations()
        self._is_private = self._is_private or bool(evaluations)
        return used_script(evaluations)

    # For the manifest and the headers of the response

    @property
    def overrides(self) -> Overrides:
        """The content of this request's override cookie. It is not read unless the request may override."""
        if self._suspensions:
            return NO_OVERRIDES
        if self._overrides is None:
            name = self.settings.cookie_name
            value = find_cookie(self._cookie_header(), name)
            if value is None or not self._may_override_silently():
                self._overrides = NO_OVERRIDES
            else:
                self._overrides = read_overrides(value, name, self.settings.config_map)
        return self._overrides

    @property
    def is_manifest(self) -> bool:
        """Whether the response is the manifest."""
        return self._is_manifest

    def open_manifest(self) -> bool:
        """Whether this request may read the manifest. If so, its response does not list the flags that it evaluated."""
        self._is_manifest = self._may_override_silently()
        return self._is_manifest

    def evaluation_for(self, config: FeatureFlagConfig) -> Evaluation:
        """This request's evaluation of a flag."""
        return self._evaluate(config)

    def evaluation_without_override(self, config: FeatureFlagConfig) -> Evaluation:
        """The evaluation that this request would get without its override."""
        evaluation = self._evaluate(config)
        return self._resolver.evaluate(config, None) if evaluation.source == 'override' else evaluation

    def listed_evaluations(self) -> list[Evaluation]:
        """The evaluations that the response lists: for the request's own user, without hidden flags."""
        if not self._is_observed():
            return []
        config_map = self.settings.config_map
        return [
            evaluation
            for (flag, other_user), evaluation in self._pinned.items()
            if other_user is None and not config_map[flag].HIDDEN
        ]

    def is_private(self) -> bool:
        """Whether no shared cache may store the response: an override applies, or the response is for one user."""
        is_overridden = bool(self._pinned) and self._overrides is not None and bool(self._overrides.applied)
        return is_overridden or self._is_private or self._new_overrides is not None

    def set_cookie(self) -> str | None:
        """The ``Set-Cookie`` value for new overrides, if there are any."""
        if self._new_overrides is None:
            return None
        return set_cookie_line(self.settings.cookie_name, self._new_overrides, secure=self._request.is_secure)

    def headers_sent(self, *, is_private: bool) -> None:
        """Called when the headers are sent. From then on, they cannot be changed."""
        self._has_sent_headers = True
        self._is_private = is_private

    def _config(self, flag: str) -> FeatureFlagConfig | None:
        config = self.settings.config_map.get(flag)
        if config is None and self.settings.app.debug:
            self.settings.app.logger.warning('gatekeeper: there is no flag %r', flag)
        return config

    def _evaluate(self, config: FeatureFlagConfig, other_user: UserId | None = None) -> Evaluation:
        subject = subject_of(config, other_user)
        pinned = self._pinned.get(subject)
        if pinned is not None and not self._suspensions:
            return pinned
        override = self.overrides.applied.get(config.FLAG_NAME)
        if override is not None:
            evaluation = self._resolver.evaluation(config, override, 'override')
        else:
            evaluation = self._resolver.evaluate(config, other_user)
        if not self._suspensions and not self._resolver.is_running(subject):
            self._pinned[subject] = evaluation
            if len(self._pinned) == 1:
                self._drop_conditions()
        return evaluation

    def _is_observed(self) -> bool:
        """Whether the response lists its flags. Calls the policy only if a flag was evaluated and there is a cookie."""
        if not self._pinned:
            return False
        has_cookie = find_cookie(self._cookie_header(), self.settings.cookie_name) is not None
        return self.settings.app.debug or (has_cookie and self.may_override())

    def _drop_conditions(self) -> None:
        # A 304 would keep the browser's copy of another variant on the screen.
        if self._is_observed():
            for condition in ('HTTP_IF_NONE_MATCH', 'HTTP_IF_MODIFIED_SINCE'):
                self._request.environ.pop(condition, None)

    def _may_override_silently(self) -> bool:
        restore = remember_session_access()
        allowed = self.may_override()
        if not allowed:
            restore()
        return allowed

    def _cookie_header(self) -> str:
        return str(self._request.environ.get('HTTP_COOKIE', ''))

    def _cookie_variants(self) -> dict[str, str]:
        return {flag: variant for flag, variant in self.overrides.entries.items() if isinstance(variant, str)}
