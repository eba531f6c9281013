import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { fileSource } from '../../../server-lib/rules.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { folderForThisTest } from '../../helpers/temporary-folder.ts';

const flags = { SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } } as const;

test('an edited file changes the next requests, an invalid one does not, and the kill switch works', async () => {
  const log = errorLog();
  const file = path.join(folderForThisTest(), 'rules.json');
  write(file, { state: 'ENABLED', defaultVariant: 'FUZZY' });
  const keeper = createGatekeeper({ flags, rules: fileSource(file, { pollInterval: 20 }), onError: log.onError });
  onTestFinished(() => keeper.close());
  const evaluation = (): string => {
    const { variant, source, reason } = keeper.gateFor({ userId: 7 }).explain('SEARCH');
    return `${variant} ${source} ${reason}`;
  };

  await keeper.ready;
  expect(evaluation()).toBe('FUZZY rule STATIC');

  writeFileSync(file, '{"flags": {"SEARCH": ');
  await vi.waitUntil(() => keeper.health().lastError !== undefined, 5_000);
  expect(evaluation()).toBe('FUZZY rule STATIC');
  expect(log.codes).toEqual(['ERR_GK_RULES_JSON']);

  write(file, { state: 'DISABLED', defaultVariant: 'FUZZY' });
  await vi.waitUntil(() => evaluation() === 'EXACT rule DISABLED', 5_000);
  expect(keeper.health().lastError).toBeUndefined();
});

test('a file that is missing when the keeper is created is reported once, even after an await', async () => {
  const log = errorLog();
  const rules = fileSource(path.join(folderForThisTest(), 'rules.json'), { pollInterval: 20 });
  await rules.ready;

  const keeper = createGatekeeper({ flags, rules, onError: log.onError });
  onTestFinished(() => keeper.close());
  await keeper.ready;

  expect(log.errors).toMatchObject([{ code: 'ERR_GK_RULES_SOURCE', message: expect.stringContaining('rules.json') }]);
  expect(keeper.health().lastError).toBe(log.errors[0]?.message);
});

function write(file: string, rule: object): void {
  const variants = { EXACT: 1, FUZZY: 2 };
  writeFileSync(`${file}.new`, JSON.stringify({ flags: { SEARCH: { variants, ...rule } } }));
  renameSync(`${file}.new`, file);
}
