import unittest
from enum import Enum

from gatekeeper import FeatureFlagConfig, GatekeeperError, register_gatekeeper

from .site import FLAGS, create_site, flag


class Definitions(unittest.TestCase):
    def test_a_flag_lists_its_variants_in_order(self) -> None:
        self.assertEqual(flag('SEARCH', 'EXACT FUZZY', 'EXACT').get_variants(), ['EXACT', 'FUZZY'])

    def test_the_default_may_be_a_member_of_the_enum(self) -> None:
        class Feature(FeatureFlagConfig):
            FLAG_NAME = 'FEATURE'
            VARIANTS = Enum('VARIANTS', 'ON OFF')
            DEFAULT = VARIANTS.OFF

        self.assertEqual(Feature().default, 'OFF')

    def test_mistakes_are_found_at_the_start(self) -> None:
        wrong_scenario = {'name': 'A', 'overrides': {'SEARCH': 'GONE'}}
        aliases = Enum('Aliases', {'ON': 1, 'OFF': 1})
        mistakes = {
            'FLAG_NAME must be a letter or digit': lambda: flag('MY FLAG'),
            "got 'FLAG\\n'": lambda: flag('FLAG\n'),
            'a variant must be': lambda: flag('FLAG', '_ON OFF'),
            'VARIANTS must be an Enum': lambda: flag('FLAG', VARIANTS=['ON', 'OFF']),
            'have the same value': lambda: flag('FLAG', VARIANTS=aliases),
            "DEFAULT must be one of ON, OFF; got 'MAYBE'": lambda: flag('FLAG', default='MAYBE'),
            "overrides must name one of ON, OFF; got 'MAYBE'": lambda: flag('FLAG', overrides={'MAYBE': [1]}),
            "must be a list of ids; got the string '123'": lambda: flag('FLAG', overrides={'ON': '123'}),
            "user '1' is in the lists of ON and OFF": lambda: flag('FLAG', overrides={'ON': [1], 'OFF': ['1']}),
            'a user id must be a string or an integer; got True': lambda: flag('FLAG', overrides={'ON': [True]}),
            'OVERRIDABLE must be True or False': lambda: flag('FLAG', OVERRIDABLE='no'),
            'URL must begin with': lambda: flag('FLAG', URL='javascript:alert(1)'),
            'EXPIRES_AT must be a datetime.date': lambda: flag('FLAG', EXPIRES_AT='2027-03-01'),
            'TAGS must be a list of strings': lambda: flag('FLAG', TAGS='checkout'),
            'DESCRIPTION must be a string': lambda: flag('FLAG', DESCRIPTION='x' * 2_001),
            'must be an instance of FeatureFlagConfig': lambda: create_site({'SEARCH': type(FLAGS['SEARCH'])}),
            "must have this FLAG_NAME; got 'SEARCH'": lambda: create_site({'OTHER': FLAGS['SEARCH']}),
            'cookie_name must begin with': lambda: create_site(cookie_name='session'),
            "got '__Host-gatekeeper-grant'": lambda: create_site(cookie_name='__Host-gatekeeper-grant'),
            'allow_overrides must be a function': lambda: create_site(allow_overrides=True),
            "SEARCH has no variant 'GONE'": lambda: create_site(scenarios=[wrong_scenario]),
            'called twice': lambda: register_gatekeeper(create_site(), FLAGS),
        }
        for message, define in mistakes.items():
            with self.subTest(message), self.assertRaises(GatekeeperError) as caught:
                define()
            self.assertIn(message, str(caught.exception))
