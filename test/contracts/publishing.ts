import { expect, test, vi } from 'vitest';
import type { LoggedRevision, LogRange, PublicationOptions, Published } from '../../server-lib/sources/publication.ts';
import { rulesText } from '../helpers/rules-documents.ts';

/** An empty store, and what is announced on its channel. */
export interface PublishingFixture {
  publish(document: string | object, options?: PublicationOptions): Promise<Published>;
  /** The document that is in force. */
  read(): Promise<string>;
  log(range?: LogRange): Promise<readonly LoggedRevision[]>;
  readonly announced: readonly string[];
}

const WAIT = { timeout: 10_000, interval: 10 };

/** The contract of `publishRules` in every store. */
export function publishingContract(start: () => Promise<PublishingFixture>): void {
  test('publishing writes the text unchanged, announces it on the channel and adds an entry to the log', async () => {
    const store = await start();

    const published = await store.publish(rulesText('red'), { author: 'Ada', message: 'Red for all' });

    expect(published).toEqual({ kind: 'published', revision: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(await store.read()).toBe(rulesText('red'));
    await vi.waitFor(() => expect(store.announced).toEqual([published.revision]), WAIT);
    expect(await store.log()).toEqual([
      {
        revision: published.revision,
        author: 'Ada',
        message: 'Red for all',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        document: rulesText('red'),
      },
    ]);
  });

  test('an object is published as JSON with line breaks', async () => {
    const store = await start();

    await store.publish({ flags: {} });

    expect(await store.read()).toBe('{\n  "flags": {}\n}');
  });

  test('publishing the current document again does not log it again', async () => {
    const store = await start();
    const { revision } = await store.publish(rulesText('red'));

    const again = await store.publish(rulesText('red'));

    expect(again).toEqual({ kind: 'unchanged', revision });
    expect(await store.log()).toHaveLength(1);
  });

  test('of several that publish in place of the same revision, one succeeds; the others change nothing', async () => {
    const store = await start();
    const { revision: expected } = await store.publish(rulesText('red'));
    const colours = ['green', 'blue', 'pink', 'grey'];

    const results = await Promise.all(colours.map((colour) => store.publish(rulesText(colour), { expected })));

    const winner = results.findIndex(({ kind }) => kind === 'published');
    const { revision } = results[winner] as Published;
    expect(results.filter((_, at) => at !== winner)).toEqual(Array(3).fill({ kind: 'rejected', revision }));
    expect(await store.read()).toBe(rulesText(String(colours[winner])));
    expect(await store.log()).toHaveLength(2);
  });

  test('the expected revision may be its first six characters, and not fewer', async () => {
    const store = await start();
    const { revision } = await store.publish(rulesText('red'));

    const five = await store.publish(rulesText('green'), { expected: revision.slice(0, 5) });
    const six = await store.publish(rulesText('green'), { expected: revision.slice(0, 6) });

    expect([five.kind, six.kind]).toEqual(['rejected', 'published']);
  });

  test('with the empty revision, a document is published only if there is none', async () => {
    const store = await start();

    const first = await store.publish(rulesText('red'), { expected: '' });
    const second = await store.publish(rulesText('green'), { expected: '' });

    expect([first.kind, second.kind]).toEqual(['published', 'rejected']);
  });

  test('the log has as many revisions as `keep` says, newest first, and is read in parts', async () => {
    const store = await start();
    for (let time = 1; time <= 30; time++) {
      await store.publish(rulesText(`c${time}`), { message: `${time}`, keep: Number.POSITIVE_INFINITY });
    }
    const messages = async (range?: LogRange): Promise<readonly string[]> =>
      (await store.log(range)).map(({ message }) => message);
    const last = (count: number, from: number): readonly string[] =>
      Array.from({ length: count }, (_, at) => String(from - at));

    expect(await messages()).toEqual(last(20, 30));
    expect(await messages({ limit: 1_000 })).toEqual(last(30, 30));
    expect(await messages({ offset: 25, limit: 3 })).toEqual(last(3, 5));

    await store.publish(rulesText('next'), { message: '31' }); // without `keep`, no revision is lost that was kept before
    expect((await messages({ limit: 1_000 })).length).toBeGreaterThanOrEqual(30);

    await store.publish(rulesText('last'), { message: '32', keep: 5 });
    expect(await messages({ limit: 1_000 })).toEqual(last(5, 32));
  });

  test.each([0, 1.5, -1, '20', null])('keep: %j is refused', async (keep) => {
    const store = await start();

    await expect(store.publish(rulesText('red'), { keep } as never)).rejects.toMatchObject({
      code: 'ERR_GK_OPTIONS',
      message: expect.stringContaining('publishRules: keep must be a number of revisions, 1 or more, or Infinity'),
    });
  });

  test('a document that servers would refuse does not reach the store', async () => {
    const store = await start();

    await expect(store.publish('{}')).rejects.toMatchObject({ name: 'GatekeeperError' });

    expect(await store.read()).toBe('');
  });
}
