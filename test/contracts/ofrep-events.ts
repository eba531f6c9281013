import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createGatekeeper, defineFlags, type Gatekeeper, type OfrepDocument } from '../../server-lib/index.ts';
import { fakeRulesSource } from '../fakes/fake-rules-source.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const documentOf = (defaultVariant: string) => ({
  flags: { SEARCH: { state: 'ENABLED', variants: { EXACT: 'EXACT', FUZZY: 'FUZZY' }, defaultVariant } },
});
const BULK = '/ofrep/v1/evaluate/flags';
const REFETCH = 'data: {"type":"refetchEvaluation"}\n\n';

export type EventsKeeper = Gatekeeper<typeof flags>;
export const EVENTS = { flags: ['SEARCH'], events: true, origins: ['https://app.example.com'] } as const;

/** A framework that serves OFREP with `EVENTS` and the origin of its server. */
export interface EventsHost {
  readonly name: string;
  /** Serves until the test ends. */
  readonly serve: (keeper: EventsKeeper) => Promise<string>;
}

/** A keeper whose rules change when a test calls `change`. */
export function openEventsSite() {
  const source = fakeRulesSource(documentOf('EXACT'));
  const keeper = createGatekeeper({ flags, rules: source, onError: () => {} });
  let changes = 0;
  const change = (): void => source.publish(documentOf(++changes % 2 === 0 ? 'EXACT' : 'FUZZY'));
  return { source, keeper, change };
}

/** Server-sent events for changes of the rules. */
export function ofrepEventsContract({ name, serve }: EventsHost): void {
  describe(`events of OFREP on ${name}`, () => {
    async function openSite() {
      const { source, keeper } = openEventsSite();
      const origin = await serve(keeper);
      const read = async () => {
        const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
        const { flags: read, eventStreams = [] }: OfrepDocument = JSON.parse(
          await (await fetch(origin + BULK, sent)).text(),
        );
        const [stream] = eventStreams;
        return { flag: read[0], uri: stream?.endpoint.requestUri ?? '', stream };
      };
      return { source, keeper, origin, read };
    }

    /** Listens until the test ends; `text` has what arrived so far. */
    async function listen(url: string, headers: Readonly<Record<string, string>> = {}) {
      const gone = new AbortController();
      onTestFinished(() => gone.abort());
      const response = await fetch(url, { headers, signal: gone.signal });
      const heard = { response, text: '', isEnded: false, leave: () => gone.abort() };
      const decoder = new TextDecoder();
      const reading = async () => {
        for await (const part of response.body ?? []) heard.text += decoder.decode(part, { stream: true });
        heard.isEnded = true;
      };
      reading().catch(() => {}); // the client has left
      return heard;
    }

    test('a change of the rules reaches each client that listens, which then reads the new values', async () => {
      const { source, origin, read } = await openSite();
      const { flag, uri, stream } = await read();
      const clients = [await listen(origin + uri), await listen(origin + uri)];

      await vi.waitFor(() => expect(clients.map(({ text }) => text)).toEqual(['retry: 5000\n\n', 'retry: 5000\n\n']));
      expect(flag).toMatchObject({ value: 'EXACT' });
      expect(stream?.type).toBe('sse');
      source.publish(documentOf('FUZZY'));

      await vi.waitFor(() => {
        for (const { text } of clients) expect(text).toBe(`retry: 5000\n\n${REFETCH}`);
      });
      expect((await read()).flag).toMatchObject({ value: 'FUZZY' });
    });

    test('a client whose rules have changed before it listens is told at once, and others are not', async () => {
      const { source, origin, read } = await openSite();
      const before = await read();
      source.publish(documentOf('FUZZY'));
      const after = await read();

      const [behind, current, unknown] = [
        await listen(origin + before.uri),
        await listen(origin + after.uri),
        await listen(`${origin}/ofrep/v1/events`),
      ];

      await vi.waitFor(() => expect(behind.text).toBe(`retry: 5000\n\n${REFETCH}`));
      await vi.waitFor(() => expect([current.text, unknown.text]).toEqual(['retry: 5000\n\n', 'retry: 5000\n\n']));
    });

    test('the stream is private, is not compressed, and ends with the keeper', async () => {
      const { keeper, origin, read } = await openSite();
      const { response, ...heard } = await listen(origin + (await read()).uri, { origin: 'https://app.example.com' });

      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': expect.stringMatching(/^text\/event-stream/),
        'cache-control': 'private, no-store, no-transform',
        'access-control-allow-origin': 'https://app.example.com',
      });
      expect(response.headers.get('vary')?.split(/, ?/).sort()).toEqual(['Cookie', 'Origin']);
      expect(heard.isEnded).toBe(false);

      const rest = await listen(origin + (await read()).uri);
      await keeper.close();
      await vi.waitFor(() => expect(rest.isEnded).toBe(true));
      const late = await listen(origin + (await read()).uri);
      await vi.waitFor(() => expect(late.isEnded).toBe(true));
    });
  });
}
