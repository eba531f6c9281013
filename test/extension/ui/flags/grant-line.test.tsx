import { render } from '@testing-library/preact';
import { expect, test } from 'vitest';
import { GrantLine } from '../../../../extension/ui/flags/flag-tools.tsx';
import type { Manifest } from '../../../../server-lib/wire.ts';

/** The line over a site's flags, with what its buttons asked for. */
function drawn(overrides: Partial<Manifest['overrides']>) {
  const asked: string[] = [];
  const actions = { requestGrant: () => void asked.push('ask'), revokeGrant: () => void asked.push('give back') };
  const whole = { state: 'enabled', maxBytes: 4096, applied: [], ignored: [], ...overrides } as const;
  const { container } = render(<GrantLine overrides={whole} actions={actions} />);
  return { asked, text: container.textContent, button: container.querySelector('button') };
}

test('a site that grants overriding says so, and one click asks', () => {
  const { asked, text, button } = drawn({ state: 'grant-required', grantUrl: '/grant' });

  button?.click();

  expect(text).toContain('Overriding needs permission on this site.');
  expect(asked).toEqual(['ask']);
});

test.each([
  // seconds  left
  [28_800, '8 h 0 min'],
  [3_541, '1 h 0 min'],
  [3_540, '59 min'],
  [1, '1 min'],
])('%d seconds of permission are %s, and can be given back', (expiresIn, left) => {
  const { asked, text, button } = drawn({ state: 'enabled', grantUrl: '/grant', expiresIn });

  button?.click();

  expect(text).toContain(`Your permission ends in ${left}.`);
  expect(asked).toEqual(['give back']);
});

test.each([
  { state: 'enabled' },
  { state: 'enabled', grantUrl: '/grant' },
  { state: 'disabled', grantUrl: '/grant', expiresIn: 5 },
  { state: 'grant-required' },
] as const)('%j leaves nothing to ask for', (overrides) => {
  expect(drawn(overrides).text).toBe('');
});
