import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { readDescription } from '../../../../server-lib/cli/conform/fixture.ts';
import { type Result, runChecks } from '../../../../server-lib/cli/conform/run-checks.ts';
import { serveModel } from '../../../conformance/model/serve-model.ts';
import { portOf } from '../../../conformance/node-host.ts';

/** Runs checks against one server. */
async function run(
  respond: RequestListener,
  names: readonly string[],
  capabilities: Readonly<Record<string, true | string>> = { users: true },
  milliseconds = 60_000,
): Promise<readonly Result[]> {
  const server = createServer(respond).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = new URL(`http://127.0.0.1:${await portOf(server)}`);
  const text = JSON.stringify({ conformance: 1, name: 'a fixture', sites: { policy: '/' }, capabilities });
  const description = readDescription(text, url);
  if ('problem' in description) throw new Error(description.problem);
  return runChecks(description, { names, limits: { milliseconds, bytes: 10_000 } });
}

test('after three requests without an end, the other checks do not run', async () => {
  let requests = 0;
  const endless: RequestListener = (_request, response) => {
    requests += 1;
    response.write('endless');
  };

  const results = await run(endless, ['users'], { users: true }, 50);

  expect(requests).toBeLessThanOrEqual(3); // on a slow machine, a connection may take as long
  expect(results.map(({ verdict }) => verdict)).toEqual(results.map(() => 'failed'));
  expect(results[0]).toMatchObject({
    what: 'the request has a response',
    got: 'the response did not end within 0.05 seconds',
    request: expect.stringContaining('/conformance?flags='),
  });
  expect(results.at(-1)).toMatchObject({
    got: '3 requests without a complete response; this check did not run',
  });
});

test('a response that is too large costs no memory', async () => {
  const results = await run(
    (_request, response) => {
      const write = (): void => {
        while (response.write('x'.repeat(10_000)));
        response.once('drain', write);
      };
      write();
    },
    ['users.default'],
  );

  expect(results).toMatchObject([{ got: 'the response has more than 10000 bytes' }]);
});

test('a site that the fixture does not have fails the checks that need it', async () => {
  const results = await run((_request, response) => response.end('{}'), ['overrides.closed'], { overrides: true });

  expect(results).toMatchObject([{ verdict: 'failed', what: 'the fixture has no site "closed"' }]);
});

test('a check that needs something that is not possible there is not possible either', async () => {
  const results = await run(
    (_request, response) => response.end('{}'),
    ['overrides.other-user', 'overrides.set-refused'],
    {
      overrides: true,
      users: 'no users',
      'overrides.set-cookie': 'no cookies',
    },
  );

  expect(results).toMatchObject([
    { verdict: 'not-possible', reason: 'needs users: no users' },
    { verdict: 'not-possible', reason: 'needs overrides.set-cookie: no cookies' },
  ]);
});

test('a site may have a base path', async () => {
  const { url, stop } = await serveModel();
  onTestFinished(stop);
  const { sites } = (await (await fetch(`${url}/conformance`)).json()) as { readonly sites: Record<string, string> };
  const proxy: RequestListener = async (request, response) => {
    const answer = await fetch(`${sites.policy}${request.url?.replace('/base', '')}`, {
      headers: request.headers as never,
    });
    response.end(await answer.text());
  };
  const server = createServer(proxy).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = new URL(`http://127.0.0.1:${await portOf(server)}/`);
  const text = JSON.stringify({
    conformance: 1,
    name: 'a',
    sites: { policy: '/base/' },
    capabilities: { users: true },
  });
  const description = readDescription(text, address);
  if ('problem' in description) throw new Error(description.problem);

  const results = await runChecks(description, {
    names: ['users.list'],
    limits: { milliseconds: 60_000, bytes: 10_000 },
  });

  expect(results).toMatchObject([{ verdict: 'passed' }]);
});
