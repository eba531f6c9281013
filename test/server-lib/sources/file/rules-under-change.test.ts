import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { fileSource } from '../../../../server-lib/rules.ts';
import { folderForThisTest } from '../../../helpers/temporary-folder.ts';

const REQUESTS = 100_000;
const AT_ONCE = 100;

const flags = defineFlags({
  HEADER: { variants: ['RED', 'BLUE'], default: 'RED' },
  FOOTER: { variants: ['RED', 'BLUE'], default: 'RED' },
});

test('while the file changes 200 times a second, none of 100,000 requests gets two variants or two revisions', async () => {
  const file = path.join(folderForThisTest(), 'rules.json');
  let changes = 0;
  change();
  // A file that is read half-written twice in a row is correctly reported.
  const keeper = createGatekeeper({ flags, rules: fileSource(file, { pollInterval: 10 }), onError: () => {} });
  onTestFinished(() => keeper.close());
  await keeper.ready;
  const changing = setInterval(change, 5);
  onTestFinished(() => clearInterval(changing));

  const seen = { RED: 0, BLUE: 0 };
  const split: string[] = [];
  let straddling = 0; // requests during which the rules changed
  for (let done = 0; done < REQUESTS; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => request(done + at)));
    // Time for the file to change and be read during a request.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }

  expect(split).toEqual([]);
  expect(seen.RED + seen.BLUE).toBe(REQUESTS);
  expect(Math.min(seen.RED, seen.BLUE)).toBeGreaterThan(0);
  expect(straddling).toBeGreaterThan(100);
  expect(changes).toBeGreaterThan(100);

  /** Evaluates one flag, waits like an application for its database, then evaluates both. */
  async function request(number: number): Promise<void> {
    const { revision } = keeper.health();
    const gate = keeper.gateFor({ userId: number });
    const header = gate.ffVariant('HEADER');
    for (let turn = 0; turn < number % 20; turn++) await nextTurn();
    const [again, footer] = [gate.ffVariant('HEADER'), gate.ffVariant('FOOTER')];
    if (header !== again || header !== footer) split.push(`${number}: ${header}, ${again}, ${footer}`);
    seen[header]++;
    if (keeper.health().revision !== revision) straddling++;
  }

  /** Both flags change together, by renaming or in place. */
  function change(): void {
    changes++;
    const colour = changes % 2 === 0 ? 'RED' : 'BLUE';
    const flag = { state: 'ENABLED', variants: { RED: 'RED', BLUE: 'BLUE' }, defaultVariant: colour };
    const text = JSON.stringify({ flags: { HEADER: flag, FOOTER: flag } });
    const isCareful = changes % 3 !== 0;
    writeFileSync(isCareful ? `${file}.new` : file, text);
    if (isCareful) renameSync(`${file}.new`, file);
  }
});
