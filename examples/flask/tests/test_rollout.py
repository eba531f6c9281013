import unittest

from gatekeeper.rollout import choose_variant, murmur3

from .site import flag


class Rollouts(unittest.TestCase):
    def test_the_hash_agrees_with_published_values(self) -> None:
        published = {
            '': 0,
            'hello': 0x248BFA47,
            'hello, world': 0x149BBB7F,
            'The quick brown fox jumps over the lazy dog': 0x2E4FF723,
        }
        self.assertEqual({text: murmur3(text.encode()) for text in published}, published)

    def test_a_user_has_the_bucket_that_docs_rules_md_shows(self) -> None:
        self.assertEqual(choose_variant('CHECKOUT42', [('ONE_PAGE', 88), ('CLASSIC', 12)]), 'CLASSIC')
        self.assertEqual(choose_variant('CHECKOUT42', [('ONE_PAGE', 89), ('CLASSIC', 11)]), 'ONE_PAGE')

    def test_raising_the_first_weight_only_adds_users(self) -> None:
        users = [f'user-{number}' for number in range(500)]
        earlier: set[str] = set()
        for percent in range(0, 101, 10):
            chosen = {user for user in users if choose_variant(user, [('ON', percent), ('OFF', 100 - percent)]) == 'ON'}
            self.assertLessEqual(earlier, chosen)
            earlier = chosen
        self.assertEqual(earlier, set(users))

    def test_without_a_user_or_a_weight_there_is_no_variant(self) -> None:
        self.assertIsNone(flag('FLAG').rollout(None, {'ON': 100}))
        self.assertIsNone(flag('FLAG').rollout(1, {'ON': 0}))
