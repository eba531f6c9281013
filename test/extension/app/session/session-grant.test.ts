import { expect, test } from 'vitest';
import type { PageRequest } from '../../../../extension/app/session/page-port.ts';
import { Session } from '../../../../extension/app/session/session.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { jsonAnswer, siteManifest } from '../../../helpers/site-manifest.ts';

const GRANT_URL = '/gatekeeper/grant';

/** A page of a site that requires a grant, and issues it if `isEligible`. */
function pageOfGrantingSite({ isEligible }: { readonly isEligible: boolean }) {
  const page = new FakePage();
  const requests: PageRequest[] = [];
  let isGranted = false;
  page.grants = (request) => {
    requests.push(request);
    if (!isEligible) return 404;
    isGranted = request.method === 'POST';
    return isGranted ? 200 : 204;
  };
  page.server = (cookie) => {
    const document = siteManifest(cookie, isGranted);
    const grant = isGranted ? { state: 'enabled', expiresIn: 28_800 } : { state: 'grant-required' };
    return jsonAnswer({ ...document, overrides: { ...document.overrides, ...grant, grantUrl: GRANT_URL } });
  };
  return { page, requests };
}

test('requesting a grant sends one POST to the site and enables overriding', async () => {
  const { page, requests } = pageOfGrantingSite({ isEligible: true });
  const session = new Session(page);
  await session.open();

  await session.requestGrant();

  expect(requests).toEqual([{ method: 'POST', path: GRANT_URL }]);
  expect(session.state).toMatchObject({ manifest: { overrides: { state: 'enabled', expiresIn: 28_800 } } });
});

test('revoking the grant sends a DELETE and disables overriding again', async () => {
  const { page, requests } = pageOfGrantingSite({ isEligible: true });
  const session = new Session(page);
  await session.open();
  await session.requestGrant();

  await session.revokeGrant();

  expect(requests.at(-1)).toEqual({ method: 'DELETE', path: GRANT_URL });
  expect(session.state).toMatchObject({ manifest: { overrides: { state: 'grant-required' } }, changed: true });
});

test('a refused grant is reported as an error, and changes nothing else', async () => {
  const { page } = pageOfGrantingSite({ isEligible: false });
  const session = new Session(page);
  await session.open();

  await session.requestGrant();

  expect(session.state).toMatchObject({
    kind: 'ready',
    writeError: { kind: 'grant-refused' },
    manifest: { overrides: { state: 'grant-required' } },
  });
});

test('a grant request without a response, as on a page that blocks it, is not reported as refused', async () => {
  const { page } = pageOfGrantingSite({ isEligible: true });
  page.grants = () => 0;
  const session = new Session(page);
  await session.open();

  await session.requestGrant();

  expect(session.state).toMatchObject({ writeError: { kind: 'grant-unanswered' } });
});

test('no grant request is sent after the tab has navigated to another site', async () => {
  const { page, requests } = pageOfGrantingSite({ isEligible: true });
  const session = new Session(page);
  await session.open();
  page.origin = 'https://elsewhere.example';

  await session.requestGrant();

  expect(requests).toEqual([]);
  expect(session.state).toMatchObject({ writeError: { kind: 'page', failure: 'elsewhere' } });
});

test('no grant request is sent to a grantUrl of another origin', async () => {
  const { page, requests } = pageOfGrantingSite({ isEligible: true });
  page.server = (cookie) => {
    const document = siteManifest(cookie, false);
    const overrides = { ...document.overrides, state: 'grant-required', grantUrl: '//evil.example/grant' };
    return jsonAnswer({ ...document, overrides });
  };
  const session = new Session(page);
  await session.open();

  await session.requestGrant();

  expect(requests).toEqual([]);
});
