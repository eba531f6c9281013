import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { OpenFeature } from '@openfeature/server-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../helpers/repository/source-tree.ts';
import { IS_DEEP } from '../../helpers/vitest/depth.ts';
import { type Backend, type FlagSet, fileBackend, redisBackend } from './suite/backends.ts';
import { type Example, readFeature } from './suite/gherkin.ts';
import { definedSteps, runExample } from './suite/steps.ts';

// The conformance suite of OpenFeature providers (open-feature/spec, specification/assets/provider-tck). It is not part of this
// repository: OPENFEATURE_TCK names its folder, or a folder beside the repository contains it.
const DATA = suiteFolder();

function suiteFolder(): string | undefined {
  const parent = path.dirname(ROOT.replace(/[\\/]$/, ''));
  const beside = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const named = process.env.OPENFEATURE_TCK;
  const folders =
    named === undefined ? beside.map(({ name }) => path.join(parent, name, 'openfeature-tck')) : [path.resolve(named)];
  return folders.find((folder) => existsSync(path.join(folder, 'flags/canonical-flags.json')));
}

function readSuite(folder: string): { readonly flags: FlagSet; readonly examples: readonly Example[] } {
  const features = readdirSync(path.join(folder, 'gherkin')).filter((file) => file.endsWith('.feature'));
  return {
    flags: JSON.parse(readFileSync(path.join(folder, 'flags/canonical-flags.json'), 'utf8')),
    examples: features.flatMap((file) => readFeature(readFileSync(path.join(folder, 'gherkin', file), 'utf8'))),
  };
}

const WHY_NOT: Readonly<Record<string, string>> = {
  '@numeric-coercion': 'JavaScript has one type of numbers',
  '@stale': 'a file has no connection that can be lost',
  '@unavailable': 'a file has no connection that can fail',
};
const IN_PROCESS = [
  '@events',
  '@configuration-change',
  '@lifecycle',
  '@reinitialization',
  '@object',
  '@variants',
  '@disabled-flags',
  '@targeting',
  '@standard-reasons',
  '@large-integers',
  '@string-typing',
  '@fully-typed-values',
];
const ON_REDIS = [...IN_PROCESS, '@stale', '@unavailable'];

OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });

if (DATA === undefined) {
  test.skip('the conformance suite of OpenFeature providers: its folder is not there; OPENFEATURE_TCK can name it', () => {});
} else {
  const { flags, examples } = readSuite(DATA);
  const onlyRedis = examples.filter(({ tags }) => tags.some((tag) => ['@events', '@lifecycle'].includes(tag)));

  test('the suite has 65 examples, of which 58 apply in process and 62 with Redis, and no unknown or unused tag', () => {
    const tags = new Set(examples.flatMap((example) => example.tags));

    expect(examples).toHaveLength(65);
    expect(examples.filter((example) => missingTags(example, IN_PROCESS).length === 0)).toHaveLength(58);
    expect(examples.filter((example) => missingTags(example, ON_REDIS).length === 0)).toHaveLength(62);
    expect([...tags].sort()).toEqual([...IN_PROCESS, ...Object.keys(WHY_NOT)].sort());
  });

  test('every step of the suite is defined, also those of the skipped examples', () => {
    expect(examples.flatMap(definedSteps).length).toBeGreaterThan(examples.length);
  });

  describe('with rules in a file', () => runSuite(examples, IN_PROCESS, async () => fileBackend(flags)));
  describe('with rules in Redis', () => runSuite(IS_DEEP ? examples : onlyRedis, ON_REDIS, () => redisBackend(flags)));
}

function missingTags({ tags }: Example, declared: readonly string[]): readonly string[] {
  return tags.filter((tag) => !declared.includes(tag));
}

function runSuite(examples: readonly Example[], declared: readonly string[], start: () => Promise<Backend>): void {
  let backend: Backend;

  beforeAll(async () => {
    backend = await start();
  });
  afterEach(async () => {
    await OpenFeature.clearProviders();
    OpenFeature.clearHandlers();
    await backend.reset();
  });
  afterAll(async () => backend.close());

  for (const example of examples) {
    const missing = missingTags(example, declared);
    const reasons = missing.map((tag) => `${tag}: ${WHY_NOT[tag]}`).join('; ');
    if (missing.length > 0) test.skip(`${example.name} [${reasons}]`, () => {});
    else test(example.name, () => runExample(example, backend));
  }
}

test('the runner fails on a step that is not defined, and on a line that is no step', async () => {
  const [example] = readFeature('Feature: A\n  Scenario: B\n    Given a provider of another kind\n');

  await expect(runExample(example as Example, fileBackend({ flags: {} }))).rejects.toThrow(
    '0 definitions of the step: a provider of another kind',
  );
  expect(() => readFeature('Feature: A\n  Scenario: B\n    Maybe a stable provider\n')).toThrow('is no step');
});
