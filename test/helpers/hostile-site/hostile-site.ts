import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HOSTILE_MANIFESTS, type HostileManifest } from '../protocol/hostile-manifests.ts';
import { type ExpectedDisplay, HOSTILE_ANSWERS, type HostileAnswer, HTTP_FLAG } from './hostile-answers.ts';

/** One page whose manifest is unusual or hostile, and what a popup must show for it. */
export interface HostilePage {
  /** Stable, and a valid host name: `cookie-12`, `http-gzip-bomb`. */
  readonly id: string;
  readonly class: string;
  readonly title: string;
  readonly url: string;
  readonly expect: ExpectedDisplay;
  /** The flags that the popup must list, in order; absent if there are too many. */
  readonly flags?: readonly string[];
  /** How many entries the popup must report as left out. */
  readonly dropped: number;
  /** What the message must contain. */
  readonly text?: string;
}

export interface HostileSite {
  readonly url: string;
  readonly cases: readonly HostilePage[];
  close(): Promise<void>;
}

/**
 * Serves every hostile document and every hostile response, each on its own origin: `http://<id>.localhost:<port>/`
 * is an ordinary page, and its manifest is the case. Browsers resolve `*.localhost` to the loopback address.
 */
export async function startHostileSite(): Promise<HostileSite> {
  const documents = new Map(HOSTILE_MANIFESTS.map((document) => [document.id, document]));
  const answers = new Map(HOSTILE_ANSWERS.map((answer) => [answer.id, answer]));
  const server = createServer((request, response) => {
    const id = (request.headers.host ?? '').split('.')[0] ?? '';
    const path = request.url ?? '/';
    if (path === '/') return sendPage(response, id, answers.get(id)?.announces);
    const answer = answers.get(id);
    if (answer !== undefined) return answer.answer(response, path);
    return sendDocument(request, response, documents.get(id));
  });
  // Some cases break their connection on purpose.
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://localhost:${port}/`,
    cases: [...HOSTILE_MANIFESTS.map(documentCase), ...HOSTILE_ANSWERS.map(answerCase)].map((one) => ({
      ...one,
      url: `http://${one.id}.localhost:${port}/`,
    })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Case = Omit<HostilePage, 'url'>;

function answerCase({ id, title, expect }: HostileAnswer): Case {
  return { id, class: 'http', title, expect, dropped: 0, ...(expect === 'flags' ? { flags: [HTTP_FLAG] } : {}) };
}

function documentCase({ id, class: name, title, text, expected }: HostileManifest): Case {
  const common = { id, class: name, title };
  if (Buffer.byteLength(text) > 1_048_576) return { ...common, expect: 'alert', dropped: 0 };
  if (expected.kind === 'problem') {
    const { version } = expected;
    return { ...common, expect: 'alert', dropped: 0, ...(version === undefined ? {} : { text: version }) };
  }
  if (expected.kind === 'count') return { ...common, expect: 'flags', dropped: expected.dropped };
  const flags = expected.manifest.flags.map((flag) => flag.name);
  return { ...common, expect: flags.length === 0 ? 'status' : 'flags', flags, dropped: expected.dropped };
}

function sendPage(response: ServerResponse, id: string, announced: string | undefined): void {
  const link = announced === undefined ? '' : `<link rel="gatekeeper" href="${announced}">`;
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(
    `<!doctype html><html lang="en"><title>${id.replace(/[^\w-]/g, '')}</title>${link}<p>A page.</p></html>`,
  );
}

function sendDocument(request: IncomingMessage, response: ServerResponse, document: HostileManifest | undefined): void {
  if (document === undefined || request.url !== '/.well-known/gatekeeper.json') {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'private, no-store' });
  response.end(document.text);
}
