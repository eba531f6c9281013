import { afterEach, expect, test, vi } from 'vitest';
import { environmentVariable } from '../../../server-lib/core/read-options.ts';
import { readSources } from '../../helpers/repository/source-tree.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test('a variable is what it is at this moment', () => {
  vi.stubEnv('NODE_ENV', 'staging');
  const before = environmentVariable('NODE_ENV');
  vi.stubEnv('NODE_ENV', undefined);

  expect([before, environmentVariable('NODE_ENV')]).toEqual(['staging', undefined]);
});

test.each([{ process: undefined }, { process: {} }, { process: { env: {} } }])(
  'in a host with $process there is none',
  ({ process }) => {
    vi.stubGlobal('process', process);

    const value = environmentVariable('NODE_ENV');

    vi.unstubAllGlobals();
    expect(value).toBeUndefined();
  },
);

test('no source names a variable where a bundler would replace it', () => {
  const inline = /process\.env\s*(?:\.\s*[A-Za-z]|\[)|\}\s*=\s*process\.env/;

  const named = readSources('server-lib').filter(({ text }) =>
    text.split('\n').some((line) => !/^\s*(?:\/\/|\*)/.test(line) && inline.test(line)),
  );

  expect(named.map(({ path }) => path)).toEqual([]);
});
