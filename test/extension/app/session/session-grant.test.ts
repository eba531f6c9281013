import { expect, test } from 'vitest';
import type { PageRequest } from '../../../../extension/app/session/page-port.ts';
import { Session } from '../../../../extension/app/session/session.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { jsonAnswer, siteManifest } from '../../../helpers/site-manifest.ts';

const GRANT_URL = '/gatekeeper/grant';

/** A page of a site that asks for a grant, and gives it to whom it knows. */
function pageOfGrantingSite({ knows }: { readonly knows: boolean }) {
  const page = new FakePage();
  const requests: PageRequest[] = [];
  let isGranted = false;
  page.grants = (request) => {
    requests.push(request);
    if (!knows) return 404;
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

test('asking for permission sends one POST to the site and opens its flags', async () => {
  const { page, requests } = pageOfGrantingSite({ knows: true });
  const session = new Session(page);
  await session.open();

  await session.requestGrant();

  expect(requests).toEqual([{ method: 'POST', path: GRANT_URL }]);
  expect(session.state).toMatchObject({ manifest: { overrides: { state: 'enabled', expiresIn: 28_800 } } });
});

test('giving the permission back closes the flags again', async () => {
  const { page, requests } = pageOfGrantingSite({ knows: true });
  const session = new Session(page);
  await session.open();
  await session.requestGrant();

  await session.revokeGrant();

  expect(requests.at(-1)).toEqual({ method: 'DELETE', path: GRANT_URL });
  expect(session.state).toMatchObject({ manifest: { overrides: { state: 'grant-required' } }, changed: true });
});

test('a site that does not give permission is a trouble that is said, and changes nothing', async () => {
  const { page } = pageOfGrantingSite({ knows: false });
  const session = new Session(page);
  await session.open();

  await session.requestGrant();

  expect(session.state).toMatchObject({
    kind: 'ready',
    writeError: { kind: 'grant-refused' },
    manifest: { overrides: { state: 'grant-required' } },
  });
});

test('a request that gets no answer, as on a page that forbids it, is not taken for the site’s no', async () => {
  const { page } = pageOfGrantingSite({ knows: true });
  page.grants = () => 0;
  const session = new Session(page);
  await session.open();

  await session.requestGrant();

  expect(session.state).toMatchObject({ writeError: { kind: 'grant-unanswered' } });
});

test('a page that went elsewhere is not asked', async () => {
  const { page, requests } = pageOfGrantingSite({ knows: true });
  const session = new Session(page);
  await session.open();
  page.origin = 'https://elsewhere.example';

  await session.requestGrant();

  expect(requests).toEqual([]);
  expect(session.state).toMatchObject({ writeError: { kind: 'page', failure: 'elsewhere' } });
});

test('a manifest whose grantUrl is of another origin asks nobody', async () => {
  const { page, requests } = pageOfGrantingSite({ knows: true });
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
