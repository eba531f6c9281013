import { expect, test } from 'vitest';
import { formatMessage } from '../../../../extension/app/i18n/languages.ts';

test.each([
  // message             values          text
  ['Undo', [], 'Undo'],
  ['$1 of $2', ['3', '7'], '3 of 7'],
  ['$2 of $1', ['3', '7'], '7 of 3'],
  ['$1 and $1', ['A'], 'A and A'],
  ['no $1.', ['$2', 'B'], 'no $2.'], // values are not formatted
  ['no $1.', ['$&'], 'no $&.'],
  ['$1 and $2', ['A'], 'A and '],
])('%j with %j is formatted as %j', (message, values, text) => {
  expect(formatMessage({ key: { message } }, 'key', values)).toBe(text);
});

test('an unknown key gives an empty string, as in browsers', () => {
  expect(formatMessage({}, 'key', ['A'])).toBe('');
});
