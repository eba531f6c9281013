import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { FIXTURE } from '../../../../server-lib/cli/conform/fixture.ts';
import { serveModel } from '../../../conformance/model/serve-model.ts';
import { portOf } from '../../../conformance/node-host.ts';
import { commandLine } from '../../../helpers/processes/command-line.ts';

async function serve(respond: RequestListener): Promise<string> {
  const server = createServer(respond).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${await portOf(server)}`;
}

/** A fixture whose only route is its description; every check fails. */
function description(change: object = {}): Promise<string> {
  const capabilities = { caches: true, users: true, rules: 'no \u001b[2Jrules', 'users.pinned': 'no functions' };
  return serve((request, response) => {
    const site = `http://${request.headers.host}`;
    const body = { conformance: 1, name: 'A\u202Efixture', sites: { policy: site }, capabilities, ...change };
    if (request.url?.endsWith('/conformance')) return void response.end(JSON.stringify(body));
    response.writeHead(404).end('\u001b[2Jnot here');
  });
}

test('a failed check shows what was expected, what was got, the request and the section', async () => {
  const url = await description();

  const { code, out, err } = await commandLine().run('conform', url, '--capabilities', 'users.list,users.pinned,rules');

  expect(code).toBe(1);
  expect(out).toContain('users.list       failed             a listed user has the listed variant');
  expect(out).toContain('users.pinned     not possible here  no functions\n');
  expect(out).toContain('rules.static     not possible here  no \\u001b[2Jrules\n');
  expect(out).toContain('failed users.list: responds with the evaluations\n');
  expect(out).toContain('  expected  status 200 and {"flags": [');
  expect(out).toContain('  got       status 404 and \\u001b[2Jnot here\n');
  expect(out).toContain(`  request   curl -i -g --path-as-is -H 'X-User: 7' '${url}/conformance?flags=ORDER'\n`);
  expect(out).toContain('  see       docs/protocol.md, section 2\n');
  expect(out.trimEnd().split('\n').at(-1)).toBe('A\\u202efixture: 0 passed, 1 failed, 11 not possible here');
  expect(err).toBe('users\nrules\n');
});

test('--json prints every result, and nothing else', async () => {
  const url = await description();

  const { code, out, err } = await commandLine().run(
    'conform',
    url,
    '--json',
    '--capabilities',
    'caches.error,rules.static',
  );

  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(JSON.parse(out)).toEqual({
    ok: false,
    name: 'A\u202Efixture',
    url: `${url}/`,
    passed: 0,
    failed: 1,
    notPossible: 1,
    checks: [
      {
        name: 'rules.static',
        promise: 'a rule without targeting gives its defaultVariant, with the reason STATIC',
        section: '2',
        verdict: 'not-possible',
        reason: 'no \\u001b[2Jrules',
      },
      {
        name: 'caches.error',
        promise: 'an overridden error page is private',
        section: '6',
        verdict: 'failed',
        what: 'the status and the body',
        expected: '[500]',
        got: '[404]',
        request: expect.stringContaining(`-H 'X-May-Override: yes' -H 'Cookie: gatekeeper=`),
      },
    ],
  });
});

test('a back end that keeps its promises passes', async () => {
  const fixture = await serveModel();
  onTestFinished(fixture.stop);

  const { code, out, err } = await commandLine().run('conform', fixture.url, '--capabilities', 'caches.error,rules');

  expect(code).toBe(0);
  expect(out).toContain('caches.error     passed  an overridden error page is private\n');
  expect(out.trimEnd().split('\n').at(-1)).toBe('a model: 11 passed, 0 failed, 0 not possible here');
  expect(err).toBe('rules\ncaches\n');
});

test('a capability that the fixture does not name fails', async () => {
  const { code, out } = await commandLine().run('conform', await description(), '--capabilities', 'grants.issue');

  expect(code).toBe(1);
  expect(out).toContain('  expected  "capabilities.grants": true, or the reason why it is not possible there\n');
});

test('--fixture prints the data of the page as JSON', async () => {
  const { code, out } = await commandLine().run('conform', '--fixture');

  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual(FIXTURE);
});

test.each([
  [[], 'the URL of a fixture is missing; see gatekeeper-flags conform --help'],
  [['127.0.0.1:5000'], 'the URL must be like http://127.0.0.1:5000; got "127.0.0.1:5000"'],
  [['https://example.com'], 'the URL must be like http://127.0.0.1:5000; got "https://example.com"'],
  [['http://127.0.0.1:1', '--capabilities', 'cache'], 'got "cache"; did you mean "caches"?'],
])('the command line %j is refused', async (args, message) => {
  const { code, err } = await commandLine().run('conform', ...args);

  expect(err).toContain(message);
  expect(code).toBe(2);
});

test.each([
  [
    'is another site',
    (): RequestListener => (_request, response) => response.writeHead(404).end(),
    'with the status 404',
  ],
  [
    'responds with a page',
    (): RequestListener => (_request, response) => response.end('<p>'),
    'expected a JSON object with',
  ],
  [
    'closes the connection',
    (): RequestListener => (request) => request.socket.destroy(),
    'the connection was closed without a response',
  ],
])('a back end that %s is no fixture', async (_what, respond, message) => {
  const url = await serve(respond());

  const { code, err } = await commandLine().run('conform', `${url}/base/`);

  expect(err).toContain(`error ${url}/base/conformance is not a fixture (docs/conformance.md): `);
  expect(err).toContain(message);
  expect(code).toBe(3);
});

test('if nothing listens at the URL, the command says so', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  const port = await portOf(server);
  await new Promise((closed) => server.close(closed));

  const { code, err } = await commandLine().run('conform', `http://127.0.0.1:${port}`);

  expect(err).toContain('no connection: ECONNREFUSED');
  expect(code).toBe(3);
});

test.each([
  [
    { sites: { policy: 'http://192.0.2.1/' } },
    '"sites.policy" must be an http URL on 127.0.0.1; got http://192.0.2.1/',
  ],
  [{ sites: { policy: 5000 } }, '"sites.policy" must be an http URL on 127.0.0.1; got 5000'],
  [{ capabilities: { caches: false } }, '"capabilities.caches" must be true or a reason; got false'],
  [{ name: '' }, '"name" must be a string that is not empty'],
])('the description %j is refused', async (change, message) => {
  const { code, err } = await commandLine().run('conform', await description(change));

  expect(err).toContain(message);
  expect(code).toBe(3);
});
