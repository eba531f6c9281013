"""What a flag is: a class with a name, a description and an enum of variants."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any, ClassVar

from .rollout import choose_variant

UserId = str | int
"""A user's id. ``1`` and ``'1'`` are the same user."""

# docs/protocol.md, section 3. Used with `fullmatch`, because `$` also matches before a line feed.
_NAME = re.compile(r'[A-Za-z0-9][A-Za-z0-9_.-]{0,127}')
_MAX_TEXT = 2_000


class GatekeeperError(ValueError):
    """A mistake in the definition of a flag or in the settings, found when the application starts."""


class FeatureFlagConfig:
    """One flag. Define a subclass for each flag, and create it with the users who always get a variant:

    >>> class MyNewFeature(FeatureFlagConfig):
    ...     FLAG_NAME = 'MY_NEW_FEATURE'
    ...     DESCRIPTION = 'Gate visibility of my new feature during development'
    ...     VARIANTS = Enum('VARIANTS', 'VISIBLE NOT_VISIBLE')
    ...     DEFAULT = 'NOT_VISIBLE'
    >>> MyNewFeature(overrides={'VISIBLE': [1, 2, 3]}).get_variants()
    ['VISIBLE', 'NOT_VISIBLE']
    """

    FLAG_NAME: ClassVar[str]
    DESCRIPTION: ClassVar[str | None] = None
    #: The names of the members are the variants.
    VARIANTS: ClassVar[type[Enum]]
    #: A value for each variant, all of one type; without it, a variant's value is its name.
    VALUES: ClassVar[Mapping[str, Any] | None] = None
    #: The variant if nothing else chooses one.
    DEFAULT: ClassVar[str | Enum]
    #: Whether a browser may override the flag.
    OVERRIDABLE: ClassVar[bool] = True
    #: Whether the flag is left out of everything that a client sees.
    HIDDEN: ClassVar[bool] = False
    OWNER: ClassVar[str | None] = None
    TAGS: ClassVar[Sequence[str]] = ()
    #: A page about the flag.
    URL: ClassVar[str | None] = None
    CREATED_AT: ClassVar[date | None] = None
    #: When the flag should be removed from the code.
    EXPIRES_AT: ClassVar[date | None] = None

    def __init__(self, overrides: Mapping[str, Iterable[UserId]] | None = None) -> None:
        self._check_name('FLAG_NAME', getattr(self, 'FLAG_NAME', None))
        self._variants = self._read_variants()
        self.default = self._read_default()
        self._check_values()
        self._check_fields()
        self._variant_by_user = self._read_user_lists(overrides or {})

    def _get_variant(self, user_id: UserId | None, app: Any, request: Any, session: Any) -> str | Enum | None:
        """The flag's own logic: a variant, or ``None`` for the default. Subclasses replace it."""
        return None

    @property
    def has_own_logic(self) -> bool:
        """Whether the subclass has a ``_get_variant``."""
        return type(self)._get_variant is not FeatureFlagConfig._get_variant

    @property
    def users(self) -> Mapping[str, str]:
        """The variants of the users that a list names."""
        return self._variant_by_user

    def get_variants(self) -> list[str]:
        """The names of the variants, in order."""
        return list(self._variants)

    def rollout(self, user_id: UserId | None, weights: Mapping[str, int]) -> str | None:
        """A variant by the user's id, for ``_get_variant``: ``{'ON': 5, 'OFF': 95}`` gives 5 % of the users ``ON``.

        A user keeps the variant while the first weight grows. Without a user, ``None``.
        """
        return None if user_id is None else choose_variant(f'{self.FLAG_NAME}{user_id}', list(weights.items()))

    def variant_named(self, value: object) -> str | None:
        """The name of a variant that is given as a string or as a member of the enum, or ``None``."""
        if isinstance(value, self.VARIANTS):
            return value.name
        return value if isinstance(value, str) and value in self._variants else None

    def _read_variants(self) -> dict[str, Enum]:
        enum = getattr(self, 'VARIANTS', None)
        if not (isinstance(enum, type) and issubclass(enum, Enum) and len(enum) > 0):
            raise self._error(f'VARIANTS must be an Enum with at least one member; got {enum!r}')
        members = enum.__members__
        for name, member in members.items():
            self._check_name('a variant', name)
            if name != member.name:
                raise self._error(f'the variants {member.name} and {name} have the same value {member.value!r}')
        return dict(members)

    def _read_default(self) -> str:
        given = getattr(self, 'DEFAULT', None)
        default = self.variant_named(given)
        if default is None:
            raise self._error(f'DEFAULT must be one of {", ".join(self._variants)}; got {given!r}')
        return default

    def _read_user_lists(self, overrides: Mapping[str, Iterable[UserId]]) -> dict[str, str]:
        variant_by_user: dict[str, str] = {}
        for variant, users in overrides.items():
            if variant not in self._variants:
                raise self._error(f'overrides must name one of {", ".join(self._variants)}; got {variant!r}')
            if isinstance(users, str):
                raise self._error(f'overrides[{variant!r}] must be a list of ids; got the string {users!r}')
            for user in users:
                earlier = variant_by_user.setdefault(str(checked_user_id(user)), variant)
                if earlier != variant:
                    raise self._error(f'user {user!r} is in the lists of {earlier} and {variant}')
        return variant_by_user

    def _check_values(self) -> None:
        values = self.VALUES
        if values is None:
            return
        if not isinstance(values, Mapping) or set(values) != set(self._variants):
            raise self._error(f'VALUES must have a value for each of {", ".join(self._variants)}; got {values!r}')
        types = {value_type(value) for value in values.values()}
        if len(types) > 1 or None in types:
            raise self._error(f'VALUES must all be bool, all str, all numbers or all dict; got {values!r}')

    def _check_fields(self) -> None:
        for field in ('OVERRIDABLE', 'HIDDEN'):
            if not isinstance(getattr(self, field), bool):
                raise self._error(f'{field} must be True or False; got {getattr(self, field)!r}')
        for field in ('DESCRIPTION', 'OWNER', 'URL'):
            text = getattr(self, field)
            if text is not None and not (isinstance(text, str) and len(text) <= _MAX_TEXT):
                raise self._error(f'{field} must be a string of at most {_MAX_TEXT} characters; got {text!r:.80}')
        for field in ('CREATED_AT', 'EXPIRES_AT'):
            day = getattr(self, field)
            if day is not None and not isinstance(day, date):
                raise self._error(f'{field} must be a datetime.date; got {day!r}')
        if self.URL is not None and not self.URL.startswith(('http://', 'https://')):
            raise self._error(f'URL must begin with http:// or https://; got {self.URL!r}')
        if isinstance(self.TAGS, str) or not all(isinstance(tag, str) for tag in self.TAGS):
            raise self._error(f'TAGS must be a list of strings; got {self.TAGS!r}')

    def _check_name(self, what: str, name: object) -> None:
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            grammar = 'a letter or digit, then at most 127 letters, digits, "_", "." or "-"'
            raise self._error(f'{what} must be {grammar}; got {name!r}')

    def _error(self, what: str) -> GatekeeperError:
        return GatekeeperError(f'{type(self).__name__}: {what}')


def value_type(value: object) -> type | None:
    """The type of a variant's value, or ``None`` if it cannot be one. Every number has the type ``float``."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, (int, float)):
        return float if math.isfinite(value) else None
    return next((kind for kind in (str, dict) if isinstance(value, kind)), None)


def checked_user_id(user_id: object) -> UserId:
    """``user_id`` if it is an id; raises otherwise. ``True`` is an ``int`` in Python, and no id."""
    if isinstance(user_id, (str, int)) and not isinstance(user_id, bool):
        return user_id
    raise GatekeeperError(f'a user id must be a string or an integer; got {user_id!r}')
