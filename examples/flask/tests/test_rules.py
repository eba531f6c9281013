import time
import unittest
from typing import Any
from unittest import mock

from flask import Flask, request

from gatekeeper import GatekeeperError

from .site import MANIFEST, add_page, config_map, cookie, create_site, flag, get

Rule = dict[str, Any]


def enabled(targeting: Any = None, default: str | None = 'OFF') -> Rule:
    rule: Rule = {'state': 'ENABLED', 'variants': {'ON': 'ON', 'OFF': 'OFF'}, 'defaultVariant': default}
    return rule if targeting is None else {**rule, 'targeting': targeting}


def site(rule: Rule, attributes: Any = None, **members: Any) -> Flask:
    """A site with one flag and its rule."""
    document = {'flags': {'FLAG': rule, 'FLAG_OF_ANOTHER_APPLICATION': {'state': 'unknown'}}}
    flags = config_map(flag('FLAG', **members))
    app = create_site(flags, debug=True, rules=document, attributes=lambda _request: attributes or {})
    add_page(app, lambda: {'result': vars(request.gk.explain('FLAG'))})
    return app


def evaluated(rule: Rule, attributes: Any = None, user: str | None = None, **members: Any) -> tuple[str, str, str]:
    result = get(site(rule, attributes, **members), '/page', user=user).json['result']
    return result['variant'], result['source'], result['reason']


class Rules(unittest.TestCase):
    def test_a_rule_has_flagd_s_reasons(self) -> None:
        is_dutch = {'==': [{'var': 'country'}, 'NL']}
        cases = [
            (enabled(default='ON'), ('ON', 'rule', 'STATIC')),
            (enabled({'if': [is_dutch, 'ON', 'OFF']}), ('ON', 'rule', 'TARGETING_MATCH')),
            (enabled({'if': [{'in': [{'var': ['country']}, ['DE']]}, 'ON']}), ('OFF', 'rule', 'DEFAULT')),
            (enabled({'fractional': [['ON', 1], ['OFF', 0]]}), ('ON', 'rule', 'SPLIT')),
            (enabled({'fractional': [{'var': 'country'}, ['ON']]}), ('ON', 'rule', 'SPLIT')),
            ({**enabled(default='ON'), 'state': 'DISABLED'}, ('OFF', 'rule', 'DISABLED')),
        ]
        for rule, expected in cases:
            with self.subTest(rule):
                self.assertEqual(evaluated(rule, {'country': 'NL'}, user='1'), expected)

    def test_a_rule_comes_after_the_user_list_and_before_the_flag_s_own_logic(self) -> None:
        rule = enabled(default='ON')

        self.assertEqual(evaluated(rule, user='1', overrides={'OFF': [1]}), ('OFF', 'user', 'TARGETING_MATCH'))
        self.assertEqual(evaluated(rule, decide=lambda _user: 'OFF')[1], 'rule')
        self.assertEqual(evaluated(enabled(default=None), decide=lambda _user: 'ON')[1], 'code')
        self.assertEqual(evaluated(enabled(default=None)), ('OFF', 'default', 'DEFAULT'))

    def test_without_a_user_a_split_by_user_gives_the_default(self) -> None:
        self.assertEqual(evaluated(enabled({'fractional': [['ON']]})), ('OFF', 'rule', 'DEFAULT'))

    def test_a_condition_can_read_nested_attributes_the_user_and_the_time(self) -> None:
        def chosen(condition: Any) -> str:
            return evaluated(enabled({'if': [condition, 'ON']}), {'address': {'city': 'Ghent'}}, user='7')[0]

        self.assertEqual(chosen({'==': [{'var': 'address.city'}, 'Ghent']}), 'ON')
        self.assertEqual(chosen({'==': [{'var': 'address.city.name'}, 'Ghent']}), 'OFF')
        self.assertEqual(chosen({'==': [{'var': 'targetingKey'}, '7']}), 'ON')
        self.assertEqual(chosen({'==': [{'var': ['plan', 'free']}, 'free']}), 'ON')
        self.assertEqual(chosen({'in': ['hen', {'var': 'address.city'}]}), 'ON')
        with mock.patch.object(time, 'time', return_value=1_800_000_000.5):
            self.assertEqual(chosen({'==': [{'var': '$flagd.timestamp'}, 1_800_000_000]}), 'ON')

    def test_targeting_that_gives_no_variant_fails_the_flag(self) -> None:
        for targeting in ('GONE', 7, {'==': [1]}):
            app = site(enabled(targeting))
            with self.subTest(targeting), self.assertLogs(app.logger, 'ERROR'):
                self.assertEqual(get(app, '/page').json['result']['source'], 'error')

    def test_a_document_that_cannot_be_evaluated_is_refused_at_the_start(self) -> None:
        mistakes = {
            'state must be ENABLED or DISABLED': {**enabled(), 'state': 'enabled'},
            "defaultVariant must be one of ON, OFF; got 'GONE'": enabled(default='GONE'),
            "got 'starts_with'": enabled({'if': [{'starts_with': ['a', 'b']}, 'ON']}),
            "got '$ref'": enabled({'$ref': 'isStaff'}),
        }
        for message, rule in mistakes.items():
            with self.subTest(message), self.assertRaises(GatekeeperError) as caught:
                site(rule)
            self.assertIn(message, str(caught.exception))
        with self.assertRaisesRegex(GatekeeperError, 'rules must be an object with "flags"'):
            create_site(rules={})


class Values(unittest.TestCase):
    def value(self, app: Flask, cookies: str | None = None) -> Any:
        add_page(app, lambda: {'value': request.gk.ff_value('FLAG')}, '/value')
        return get(app, '/value', cookies).json['value']

    def site(self, values: Any, rule_values: Any = None) -> Flask:
        rules = None if rule_values is None else {'flags': {'FLAG': {**enabled(), 'variants': rule_values}}}
        return create_site(config_map(flag('FLAG', VALUES=values)), debug=True, rules=rules)

    def test_a_variant_has_its_value_or_its_name(self) -> None:
        self.assertEqual(self.value(self.site({'ON': 100, 'OFF': 0})), 0)
        self.assertEqual(self.value(self.site({'ON': 100, 'OFF': 0}), cookie(FLAG='ON')), 100)
        self.assertEqual(self.value(self.site(None)), 'OFF')

    def test_a_rule_can_change_a_value_to_another_one_of_the_same_type(self) -> None:
        self.assertEqual(self.value(self.site({'ON': 100, 'OFF': 0}, {'ON': 250, 'OFF': 0.5})), 0.5)
        self.assertEqual(self.value(self.site(None, {'OFF': False})), 'OFF')
        self.assertEqual(self.value(self.site({'ON': 'yes', 'OFF': 'no'}, {'ON': 'ON', 'OFF': 'OFF'})), 'no')
        with self.assertLogs('tests.site', 'WARNING'):
            app = self.site({'ON': 100, 'OFF': 0}, {'ON': 250, 'OFF': False})
        self.assertIs(self.value(app), 0)

    def test_the_manifest_lists_values_that_are_not_too_long(self) -> None:
        def listed(values: Any) -> Any:
            return get(self.site(values), MANIFEST).json['flags'][0].get('values')

        self.assertEqual(listed({'ON': {'size': 2}, 'OFF': {}}), {'ON': {'size': 2}, 'OFF': {}})
        self.assertIsNone(listed(None))
        self.assertIsNone(listed({'ON': 'x' * 2_000, 'OFF': ''}))

    def test_wrong_values_are_found_at_the_start(self) -> None:
        for values in ({'ON': 1}, {'ON': 1, 'OFF': 'none'}, {'ON': True, 'OFF': 0}, {'ON': None, 'OFF': None}, [1, 2]):
            with self.subTest(values), self.assertRaisesRegex(GatekeeperError, 'VALUES must'):
                flag('FLAG', VALUES=values)
