import { expect, test } from 'vitest';
import { directFetchAccess } from '../../../../extension/app/session/page-port.ts';

test.each([
  // the tab's cookie jar     let in   the way to the site
  ['firefox-default', true, 'open'],
  ['firefox-default', false, 'no-permission'],
  ['firefox-private', true, 'other-session'],
  ['firefox-container-1', true, 'other-session'],
  ['firefox-container-1', false, 'other-session'], // a permission that could not be used is not asked for
  ['', true, 'other-session'],
  [undefined, true, 'none'],
  [undefined, false, 'none'],
])(
  'past a page in the jar %s, where the extension is let in to the site (%j), the way is %s',
  (jar, isAllowed, way) => {
    expect(directFetchAccess(jar, isAllowed)).toBe(way);
  },
);
