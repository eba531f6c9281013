import { expect, onTestFinished, test, vi } from 'vitest';
import type { RulesSource, SourceEvent } from '../../server-lib/rules/rules-source.ts';
import { rulesText } from '../helpers/rules-documents.ts';

/** Where a source's document comes from, in the hands of a test. */
export interface SourceFixture {
  /** A new source on it. */
  open(): RulesSource;
  /** What it holds from now on. */
  put(text: string): Promise<void>;
  remove(): Promise<void>;
}

const WAIT = { timeout: 5_000, interval: 10 };

/** What holds for every source of rules. */
export function rulesSourceContract(start: () => Promise<SourceFixture>): void {
  test('has the document when it is ready', async () => {
    const origin = await start();
    await origin.put(rulesText('red'));

    const source = opened(origin);
    await source.ready;

    expect(source.current()).toEqual({ document: rulesText('red'), revision: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(source.health()).toEqual({ revision: source.current()?.revision, age: expect.any(Number) });
  });

  test('is ready with nothing where there is nothing, says why, and takes the document when it comes', async () => {
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

  test('takes each change, in order, and names the same text the same', async () => {
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
    // what comes                  text
    ['nothing at all', ''],
    ['half of a document', rulesText('green').slice(0, 30)],
    ['no JSON', 'flags: {}'],
    ['JSON that is no rules document', '{"colour":"green"}'],
    ['a list', '[]'],
    ['more than sixteen mebibytes', `${' '.repeat(16 * 1024 * 1024)}${rulesText('green')}`],
  ])('keeps the last good document when %s comes, says so once, and takes the next good one', async (_, spoilt) => {
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

  test('keeps the last good document when there is none any more, and grows old with it', async () => {
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

  test('tells of no change while the text stays, however often it is put there', async () => {
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

  test('goes on when a listener throws, and tells nothing to one that has left', async () => {
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

  test('says nothing more once it is closed, keeps what it has, and may be closed twice', async () => {
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

  test('is ready when it is closed before it had looked', async () => {
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
