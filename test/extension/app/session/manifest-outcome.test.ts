import { describe, expect, test } from 'vitest';
import type { ManifestResponse } from '../../../../extension/app/session/page-port.ts';
import { type ManifestFetchError, manifestOutcome } from '../../../../extension/app/session/session-state.ts';
import { siteManifest } from '../../../helpers/site-manifest.ts';

const BODY = JSON.stringify(siteManifest(''));
const response = (status: number, contentType: string, body = BODY) =>
  manifestOutcome({ kind: 'response', status, contentType, body });

describe('a response', () => {
  test.each([
    // content type                               is a manifest
    ['application/json'],
    ['application/json; charset=utf-8'],
    ['application/json;charset=UTF-8'],
    ['Application/JSON; Charset="utf-8"'],
    ['application/json ; charset=utf8'],
    ['application/json; profile=x; charset=utf-8'],
    ['application/json; charset=utf-8; charset=latin1'],
  ])('with status 200 and %s is a manifest', (contentType) => {
    expect(response(200, contentType)).toMatchObject({ kind: 'manifest', manifest: { app: 'Demo shop' }, dropped: 0 });
  });

  test.each([
    // content type                         charset
    ['application/json; charset=utf-16', 'utf-16'],
    ['application/json; charset=ISO-8859-1', 'iso-8859-1'],
    ['application/json; charset="utf-7"', 'utf-7'],
    ['application/json; charset=', ''],
  ])('with %s is an error because of its charset', (contentType, charset) => {
    expect(response(200, contentType)).toEqual({ kind: 'problem', problem: { kind: 'charset', charset } });
  });

  test.each([
    // content type              media type
    ['text/html; charset=utf-8', 'text/html'],
    ['text/plain', 'text/plain'],
    ['application/manifest+json', 'application/manifest+json'],
    ['application/jsonp', 'application/jsonp'],
    ['application/json, text/html', 'application/json, text/html'],
    ['', ''],
    [';charset=utf-8', ''],
  ])('with %s means that the site has no manifest', (contentType, mediaType) => {
    expect(response(200, contentType)).toEqual({ kind: 'absent', why: { kind: 'media-type', mediaType } });
  });

  test.each([201, 204, 206, 301, 304, 401, 403, 404, 410, 418, 429])(
    'with status %i means that the site has no manifest',
    (status) => {
      expect(response(status, 'application/json')).toEqual({ kind: 'absent', why: { kind: 'status', status } });
    },
  );

  test.each([
    // status  problem
    [400, 'request-refused'],
    [431, 'request-refused'],
    [500, 'server-error'],
    [502, 'server-error'],
    [503, 'server-error'],
    [599, 'server-error'],
  ])('with status %i is an error: %s', (status, kind) => {
    expect(response(status, 'application/json')).toEqual({ kind: 'problem', problem: { kind, status } });
  });

  test.each([
    // body                          problem
    ['', { kind: 'not-json' }],
    ['<!doctype html>', { kind: 'not-json' }],
    ['{}', { kind: 'not-a-manifest' }],
    ['{"gatekeeper":2,"flags":[]}', { kind: 'version', version: '2' }],
  ])('with the body %s is malformed', (body, manifest) => {
    expect(response(200, 'application/json', body)).toEqual({
      kind: 'problem',
      problem: { kind: 'malformed', manifest },
    });
  });

  test('with invalid entries gives the valid ones and the number of ignored ones', () => {
    const body = '{"gatekeeper":1,"flags":[{"name":"A","variants":["ON"]},{"name":"<b>"},7]}';

    expect(response(200, 'application/json', body)).toMatchObject({
      kind: 'manifest',
      manifest: { flags: [{ name: 'A' }] },
      dropped: 2,
    });
  });

  test('with a very long header gives a short string to display', () => {
    const hostile = `text/${'x'.repeat(100_000)}`;

    const outcomes = [response(200, hostile), response(200, `application/json; charset=${hostile}`)];

    for (const outcome of outcomes) expect(JSON.stringify(outcome).length).toBeLessThan(2_200);
  });
});

test('a redirect means that the site has no manifest', () => {
  expect(manifestOutcome({ kind: 'redirected' })).toEqual({ kind: 'absent', why: { kind: 'redirected' } });
});

test.each<ManifestResponse & ManifestFetchError>([
  { kind: 'too-large' },
  { kind: 'timed-out' },
  { kind: 'unreachable', isUpgraded: 'perhaps' },
])('$kind is an error', (response) => {
  expect(manifestOutcome(response)).toEqual({ kind: 'problem', problem: response });
});

test.each(['none', 'other-session', 'no-permission'] as const)(
  'a request that the page blocks is an error, with the reason why there was no direct fetch: %s',
  (directFetch) => {
    expect(manifestOutcome({ kind: 'blocked-by-page', url: 'https://shop.example/flags.json', directFetch })).toEqual({
      kind: 'problem',
      problem: { kind: 'blocked-by-page', directFetch },
    });
  },
);
