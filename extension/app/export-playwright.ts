import { bareAddress } from './page-address.ts';
import { type SharedSetup, sharedCookie } from './shared-setup.ts';

/** Lines for a Playwright test that open the page with these overrides. */
export function playwrightLines(setup: SharedSetup): string {
  const { name, value, domain, secure } = sharedCookie(setup);
  return `await page.context().addCookies([
  {
    name: ${JSON.stringify(name)},
    value: ${JSON.stringify(value)},
    domain: ${JSON.stringify(domain)},
    path: '/',
    secure: ${secure},
    sameSite: 'Lax',
  },
]);
await page.goto(${JSON.stringify(bareAddress(setup.href))});
`;
}
