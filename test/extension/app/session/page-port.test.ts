import { expect, test } from 'vitest';
import { directFetchAccess } from '../../../../extension/app/session/page-port.ts';

test.each([
  // cookie store    has permission   access
  ['firefox-default', true, 'open'],
  ['firefox-default', false, 'no-permission'],
  ['firefox-private', true, 'other-session'],
  ['firefox-container-1', true, 'other-session'],
  ['firefox-container-1', false, 'other-session'], // the extension does not request a permission that it cannot use
  ['', true, 'other-session'],
  [undefined, true, 'none'],
  [undefined, false, 'none'],
])('in the cookie store %s, with permission for the site %j, the access is %s', (cookieStoreId, isAllowed, access) => {
  expect(directFetchAccess(cookieStoreId, isAllowed)).toBe(access);
});
