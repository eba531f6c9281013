import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describeFixture, runChecks } from '../../server-lib/cli/conform/run-checks.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';
import type { ConformanceHost } from './node-host.ts';

const LIMITS = { milliseconds: 120_000, bytes: 2_097_152 };
const QUICK = ['express', 'fastify', 'hono', 'flask'];

const modules = readdirSync(path.join(import.meta.dirname, 'hosts')).map((file) => path.basename(file, '.ts'));

describe.each(modules.filter((name) => IS_DEEP || QUICK.includes(name)))('%s', (name) => {
  test('keeps every promise of the protocol, except those that it declares as not possible', async () => {
    const { host }: { readonly host: ConformanceHost } = await import(`./hosts/${name}.ts`);
    const fixture = await host.start();
    onTestFinished(fixture.stop);

    const description = await describeFixture(new URL(fixture.url), LIMITS);
    if ('problem' in description) throw new Error(description.problem);
    const results = await runChecks(description, { limits: LIMITS });

    expect(results.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(results.filter(({ verdict }) => verdict === 'passed').length).toBeGreaterThan(0);
  });
});
