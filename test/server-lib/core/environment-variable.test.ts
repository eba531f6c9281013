import { afterEach, expect, test, vi } from 'vitest';
import { environmentVariable } from '../../../server-lib/core/read-options.ts';
import { readSources } from '../../helpers/repository/source-tree.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test('a variable has its current value', () => {
  vi.stubEnv('NODE_ENV', 'staging');
  const before = environmentVariable('NODE_ENV');
  vi.stubEnv('NODE_ENV', undefined);

  expect([before, environmentVariable('NODE_ENV')]).toEqual(['staging', undefined]);
});

test.each([{ process: undefined }, { process: {} }, { process: { env: {} } }])(
  'in a host with $process a variable is undefined',
  ({ process }) => {
    vi.stubGlobal('process', process);

    const value = environmentVariable('NODE_ENV');

    vi.unstubAllGlobals();
    expect(value).toBeUndefined();
  },
);

test('no source file reads a variable in a form that a bundler would replace', () => {
  const inline = /process\.env\s*(?:\.\s*[A-Za-z]|\[)|\}\s*=\s*process\.env/;

  const named = readSources('server-lib').filter(({ text }) =>
    text.split('\n').some((line) => !/^\s*(?:\/\/|\*)/.test(line) && inline.test(line)),
  );

  expect(named.map(({ path }) => path)).toEqual([]);
});
