import { expect, onTestFinished, test, vi } from 'vitest';
import type { RulesSource, SourceEvent } from '../../server-lib/rules/rules-source.ts';
import { rulesText } from '../helpers/rules-documents.ts';

/** The origin of a source's document, controlled by a test. */
export interface SourceFixture {
  /** A new source for this origin. */
  open(): RulesSource;
  /** Sets the document. */
  put(text: string): Promise<void>;
  remove(): Promise<void>;
}

const WAIT = { timeout: 5_000, interval: 10 };

/** The contract of every rules source. */
export function rulesSourceContract(start: () => Promise<SourceFixture>): void {
  test('has the document when it is ready', async () => {
    const origin = await start();
    await origin.put(rulesText('red'));

    const source = opened(origin);
    await source.ready;

    expect(source.current()).toEqual({ document: rulesText('red'), revision: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(source.health()).toEqual({ revision: source.current()?.revision, age: expect.any(Number) });
  });

  test('is ready without a document if there is none, reports why, and loads it when it appears', async () => {
    const origin = await start();
    const source = opened(origin);
    const events = eventsOf(source);

    await source.ready;
    const [failed] = events;
    await origin.put(rulesText('red'));
    await expectDocument(source, rulesText('red'));

    expect(failed).toEqual({ kind: 'failed', error: expect.objectContaining({ code: 'ERR_GK_RULES_SOURCE' }) });
    expect(events.at(-1)).toEqual({ kind: 'changed' });
    expect(source.health()).not.toHaveProperty('lastError');
  });

  test('loads each change, in order, and gives the same text the same revision', async () => {
    const origin = await start();
    await origin.put(rulesText('red'));
    const source = opened(origin);
    await source.ready;
    const first = source.current();
    const events = eventsOf(source);

    await origin.put(rulesText('green'));
    await expectDocument(source, rulesText('green'));
    const second = source.current();
    await origin.put(rulesText('red'));
    await expectDocument(source, rulesText('red'));

    expect(events).toEqual([{ kind: 'changed' }, { kind: 'changed' }]);
    expect(second?.revision).not.toBe(first?.revision);
    expect(source.current()).toEqual(first);
  });

  test.each([
    // document                    text
    ['nothing at all', ''],
    ['half of a document', rulesText('green').slice(0, 30)],
    ['no JSON', 'flags: {}'],
    ['JSON that is no rules document', '{"colour":"green"}'],
    ['a list', '[]'],
    ['more than sixteen mebibytes', `${' '.repeat(16 * 1024 * 1024)}${rulesText('green')}`],
  ])('keeps the last good document after %s, reports it once, and loads the next good one', async (_, spoilt) => {
    const origin = await start();
    await origin.put(rulesText('red'));
    const source = opened(origin);
    await source.ready;
    const good = source.current();
    const events = eventsOf(source);

    await origin.put(spoilt);
    await expectError(source);
    const kept = source.current();
    await origin.put(rulesText('blue'));
    await expectDocument(source, rulesText('blue'));

    expect(kept).toBe(good);
    expect(events).toEqual([{ kind: 'failed', error: expect.any(Error) }, { kind: 'changed' }]);
    expect(source.health()).not.toHaveProperty('lastError');
  });

  test('reports a recovery, once, when the same document is there again', async () => {
    const origin = await start();
    await origin.put(rulesText('red'));
    const source = opened(origin);
    await source.ready;
    const good = source.current();
    const events = eventsOf(source);

    await origin.remove();
    await expectError(source);
    await origin.put(rulesText('red'));
    await vi.waitFor(() => expect(source.health()).not.toHaveProperty('lastError'), WAIT);
    await origin.put(rulesText('green'));
    await expectDocument(source, rulesText('green'));

    expect(events.map(({ kind }) => kind)).toEqual(['failed', 'recovered', 'changed']);
    expect(good?.document).toBe(rulesText('red'));
  });

  test('keeps the last good document when it is removed, and its age grows', async () => {
    const origin = await start();
    await origin.put(rulesText('red'));
    const source = opened(origin);
    await source.ready;

    await origin.remove();
    await expectError(source);
    const { age = Number.NaN } = source.health();

    expect(source.current()?.document).toBe(rulesText('red'));
    await vi.waitFor(() => expect(source.health().age).toBeGreaterThan(age), WAIT);
  });

  test('reports no change while the text stays the same, however often it is written', async () => {
    const origin = await start();
    await origin.put(rulesText('red'));
    const source = opened(origin);
    await source.ready;
    const events = eventsOf(source);
    const snapshot = source.current();

    for (let time = 0; time < 3; time++) await origin.put(rulesText('red'));
    await origin.put(rulesText('green'));
    await vi.waitFor(() => expect(source.current()).not.toBe(snapshot), WAIT);

    expect(events).toEqual([{ kind: 'changed' }]);
  });

  test('continues if a listener throws, and does not call a removed one', async () => {
    const origin = await start();
    await origin.put(rulesText('red'));
    const source = opened(origin);
    await source.ready;
    const left: SourceEvent[] = [];
    source.onChange((event) => left.push(event))();
    source.onChange(() => {
      throw new Error('a listener’s mistake');
    });
    const events = eventsOf(source);

    await origin.put(rulesText('green'));
    await expectDocument(source, rulesText('green'));

    expect(events).toEqual([{ kind: 'changed' }]);
    expect(left).toEqual([]);
  });

  test('after it is closed, reports nothing, keeps its document, and can be closed again', async () => {
    const origin = await start();
    await origin.put(rulesText('red'));
    const [closed, open] = [opened(origin), opened(origin)];
    await Promise.all([closed.ready, open.ready]);
    const events = eventsOf(closed);

    await Promise.all([closed.close(), closed.close()]);
    await origin.put(rulesText('green'));
    await expectDocument(open, rulesText('green'));

    expect(events).toEqual([]);
    expect(closed.current()?.document).toBe(rulesText('red'));
  });

  test('is ready if it is closed before its first read', async () => {
    const source = (await start()).open();

    await source.close();

    expect(await source.ready).toBeUndefined();
  });
}

function opened(origin: SourceFixture): RulesSource {
  const source = origin.open();
  onTestFinished(() => source.close());
  return source;
}

function eventsOf(source: RulesSource): readonly SourceEvent[] {
  const events: SourceEvent[] = [];
  source.onChange((event) => events.push(event));
  return events;
}

const expectDocument = (source: RulesSource, text: string): Promise<void> =>
  vi.waitFor(() => expect(source.current()?.document).toBe(text), WAIT);

const expectError = (source: RulesSource): Promise<void> =>
  vi.waitFor(() => expect(source.health().lastError).toBeDefined(), WAIT);
