import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** What a popup must show: the flags, a calm fact (`role=status`), or an error (`role=alert`). */
export type ExpectedDisplay = 'flags' | 'status' | 'alert';

/** A response to the manifest request in which more than the document is hostile. */
export interface HostileAnswer {
  readonly id: string;
  readonly title: string;
  readonly expect: ExpectedDisplay;
  /** The `href` of a `<link rel="gatekeeper">` in the page. */
  readonly announces?: string;
  readonly answer: (response: ServerResponse, path: string) => void;
}

/** The only flag of the valid manifests here. */
export const HTTP_FLAG = 'HTTP_FLAG';

const GOOD = JSON.stringify({ gatekeeper: 1, flags: [{ name: HTTP_FLAG, variants: ['ON', 'OFF'] }] });
const MIB = 1_048_576;
const JSON_TYPE = 'application/json; charset=utf-8';

type Answer = HostileAnswer['answer'];

const send =
  (status: number, headers: Readonly<Record<string, string>>, body: string | Buffer = GOOD): Answer =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };
const typed = (contentType: string, body: string | Buffer = GOOD): Answer =>
  send(200, { 'content-type': contentType }, body);
const gzipped = (body: Buffer): Answer => send(200, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' }, body);
const redirect = (status: number, location?: string): Answer =>
  send(status, location === undefined ? {} : { location }, '');
const padded = (bytes: number): string => GOOD.padStart(bytes);

/** Sends `part` repeatedly, every `milliseconds` or as fast as the client reads, until the client disconnects. */
const endless =
  (part: string, milliseconds?: number): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': JSON_TYPE });
    const timer = milliseconds === undefined ? undefined : setInterval(() => response.write(part), milliseconds);
    response.on('close', () => clearInterval(timer));
    const pour = (): void => {
      while (!response.destroyed && response.write(part));
    };
    if (milliseconds !== undefined) {
      response.write(part);
      return;
    }
    response.on('drain', pour);
    pour();
  };

/** Sends the valid manifest in parts, with a pause before each. */
const inParts =
  (parts: number, milliseconds: number): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': JSON_TYPE });
    const length = Math.ceil(GOOD.length / parts);
    const sendFrom = (start: number): void => {
      response.write(GOOD.slice(start, start + length));
      if (start + length < GOOD.length) setTimeout(sendFrom, milliseconds, start + length);
      else response.end();
    };
    setTimeout(sendFrom, milliseconds, 0);
  };

/** Serves the manifest at the path that the page announces, and not at the default path. */
const onlyAt =
  (announced: string): Answer =>
  (response, path) =>
    (path === announced ? typed(JSON_TYPE) : send(404, {}, ''))(response, path);

const raw =
  (text: string): Answer =>
  (response) => {
    response.socket?.end(text);
  };
const row = (
  id: string,
  title: string,
  expect: ExpectedDisplay,
  answer: Answer,
  announces?: string,
): HostileAnswer => ({
  id: `http-${id}`,
  title,
  expect,
  answer,
  ...(announces === undefined ? {} : { announces }),
});

/** Statuses, media types, redirects, sizes and deadlines. */
export const HOSTILE_ANSWERS: readonly HostileAnswer[] = [
  row('good', 'a good manifest', 'flags', typed(JSON_TYPE)),
  row('bare-type', 'no charset', 'flags', typed('application/json')),
  row('type-in-capitals', 'media type and charset in capitals', 'flags', typed('Application/JSON;Charset="UTF-8"')),
  row('type-parameter', 'another parameter', 'flags', typed('application/json; profile="x"')),
  row(
    'attachment',
    'a manifest as an attachment',
    'flags',
    send(200, { 'content-type': JSON_TYPE, 'content-disposition': 'attachment' }),
  ),
  row('bom', 'a byte order mark', 'flags', typed(JSON_TYPE, `\ufeff${GOOD}`)),
  row(
    'no-utf8',
    'a byte that is not UTF-8',
    'flags',
    typed(JSON_TYPE, Buffer.from(GOOD.replace('{', '{"app":"\xff",'), 'latin1')),
  ),
  row('gzip', 'compressed', 'flags', gzipped(gzipSync(GOOD))),
  row('mib', 'exactly 1 MiB', 'flags', typed(JSON_TYPE, padded(MIB))),
  row('gzip-mib', 'exactly 1 MiB, compressed', 'flags', gzipped(gzipSync(padded(MIB)))),
  row('slow-start', 'headers after a second', 'flags', (response, path) => {
    setTimeout(() => typed(JSON_TYPE)(response, path), 1_000);
  }),
  row('in-parts', 'in ten parts over a second', 'flags', inParts(10, 100)),
  row('announced', 'at the path that the page announces', 'flags', onlyAt('/flags.json'), '/flags.json'),
  row('announced-elsewhere', 'announced on another origin', 'flags', typed(JSON_TYPE), 'https://x.example/flags.json'),
  row('announced-script', 'announced as a script', 'flags', typed(JSON_TYPE), 'javascript:alert(1)'),
  row('announced-data', 'announced as data', 'flags', typed(JSON_TYPE), 'data:application/json,{}'),

  ...[401, 403, 404, 405, 410, 206].map((status) =>
    row(`${status}`, `status ${status}`, 'status', send(status, { 'content-type': JSON_TYPE })),
  ),
  row('204', 'status 204', 'status', send(204, {}, '')),
  ...[301, 302, 303, 307, 308].map((status) =>
    row(`${status}`, `a redirect, ${status}, to a good manifest`, 'status', redirect(status, '/good.json')),
  ),
  row('redirect-origin', 'a redirect to another origin', 'status', (response, path) => {
    const origin = `http://http-good.localhost:${response.socket?.localPort}`;
    redirect(302, `${origin}/.well-known/gatekeeper.json`)(response, path);
  }),
  row('redirect-loop', 'a redirect to itself', 'status', redirect(302, '/.well-known/gatekeeper.json')),
  row('redirect-script', 'a redirect to a script', 'status', redirect(302, 'javascript:alert(1)')),
  row('redirect-nowhere', 'a redirect without a target', 'status', redirect(302)),
  row('html', 'a web page', 'status', typed('text/html; charset=utf-8', '<!doctype html><title>Shop</title>')),
  row('html-type', 'a good manifest as HTML', 'status', typed('text/html')),
  row('text-type', 'a good manifest as text', 'status', typed('text/plain')),
  row('other-json', 'another kind of JSON', 'status', typed('application/manifest+json')),
  row('script-type', 'a good manifest as a script', 'status', typed('text/javascript')),
  row('no-type', 'no media type', 'status', send(200, {})),
  row('two-types', 'two media types', 'status', typed('text/html, application/json')),

  ...[500, 502, 503, 504, 400, 431].map((status) =>
    row(`${status}`, `status ${status}`, 'alert', send(status, { 'content-type': JSON_TYPE })),
  ),
  ...['iso-8859-1', 'utf-16', 'utf-7', '"windows-1252"'].map((charset, at) =>
    row(`charset-${at + 1}`, `charset ${charset}`, 'alert', typed(`application/json; charset=${charset}`)),
  ),
  row('empty', 'an empty document', 'alert', typed(JSON_TYPE, '')),
  row('utf16', 'UTF-16', 'alert', typed(JSON_TYPE, Buffer.from(GOOD, 'utf16le'))),
  row('mib-and-one', '1 MiB and a byte', 'alert', typed(JSON_TYPE, padded(MIB + 1))),
  row('large', '8 MiB', 'alert', typed(JSON_TYPE, padded(8 * MIB))),
  row('gzip-bomb', '32 MiB in 32 KiB', 'alert', (response, path) =>
    gzipped(gzipSync(padded(32 * MIB)))(response, path),
  ),
  row('gzip-broken', 'a plain manifest with Content-Encoding: gzip', 'alert', gzipped(Buffer.from(GOOD))),
  row('gzip-cut', 'compressed and truncated', 'alert', gzipped(gzipSync(GOOD).subarray(0, 40))),
  row('endless', 'an endless document, fast', 'alert', endless(' '.repeat(65_536))),
  row('drip', 'an endless document, slowly', 'alert', endless(' ', 200)),
  row('one-byte', 'one byte and then nothing', 'alert', endless('{', 3_600_000)),
  row('silence', 'no response', 'alert', () => {}),
  row('reset', 'the connection is reset', 'alert', (response) => {
    response.socket?.resetAndDestroy();
  }),
  row('reset-within', 'the connection is reset within the document', 'alert', (response) => {
    response.writeHead(200, { 'content-type': JSON_TYPE }).write(GOOD.slice(0, 20));
    setTimeout(() => response.socket?.resetAndDestroy(), 100);
  }),
  row(
    'short',
    'shorter than its Content-Length',
    'alert',
    raw(`HTTP/1.1 200 OK\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: 9999\r\n\r\n${GOOD}`),
  ),
  row(
    'bad-chunk',
    'a chunk with an invalid length',
    'alert',
    raw(`HTTP/1.1 200 OK\r\nContent-Type: ${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n${GOOD}\r\n`),
  ),
  row('no-http', 'not HTTP', 'alert', raw('SSH-2.0-OpenSSH_9.2\r\n')),
];
