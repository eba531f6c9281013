import { render } from '@testing-library/preact';
import { expect, test } from 'vitest';
import { GrantLine } from '../../../../extension/ui/flags/flag-tools.tsx';
import type { Manifest } from '../../../../server-lib/wire.ts';

/** Draws the grant line; `calls` records the actions. */
function drawn(overrides: Partial<Manifest['overrides']>) {
  const calls: string[] = [];
  const actions = {
    requestGrant: () => void calls.push('requestGrant'),
    revokeGrant: () => void calls.push('revokeGrant'),
  };
  const whole = { state: 'enabled', maxBytes: 4096, applied: [], ignored: [], ...overrides } as const;
  const { container } = render(<GrantLine overrides={whole} actions={actions} />);
  return { calls, text: container.textContent, button: container.querySelector('button') };
}

test('on a site that requires a grant, a click requests one', () => {
  const { calls, text, button } = drawn({ state: 'grant-required', grantUrl: '/grant' });

  button?.click();

  expect(text).toContain('Choosing variants needs permission on this site.');
  expect(calls).toEqual(['requestGrant']);
});

test.each([
  // seconds  left
  [28_800, '8 h 0 min'],
  [3_541, '1 h 0 min'],
  [3_540, '59 min'],
  [1, '1 min'],
])('a grant with %d seconds left shows %s, and can be revoked', (expiresIn, left) => {
  const { calls, text, button } = drawn({ state: 'enabled', grantUrl: '/grant', expiresIn });

  button?.click();

  expect(text).toContain(`Your permission ends in ${left}.`);
  expect(calls).toEqual(['revokeGrant']);
});

test.each([
  { state: 'enabled' },
  { state: 'enabled', grantUrl: '/grant' },
  { state: 'disabled', grantUrl: '/grant', expiresIn: 5 },
  { state: 'grant-required' },
] as const)('with %j there is no grant line', (overrides) => {
  expect(drawn(overrides).text).toBe('');
});
