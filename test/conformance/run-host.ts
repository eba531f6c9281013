import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describeFixture, type Result, runChecks } from '../../server-lib/cli/conform/run-checks.ts';
import type { ConformanceHost } from './node-host.ts';

const FILES = new Map(
  readdirSync(path.join(import.meta.dirname, 'hosts'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [path.basename(file, '.ts'), file]),
);

/** The hosts by the names of their modules. */
export const HOSTS: readonly string[] = [...FILES.keys()].sort();

/** Starts a host and asks it for everything. */
export async function runHost(module: string): Promise<{ readonly name: string; readonly results: readonly Result[] }> {
  const { host }: { readonly host: ConformanceHost } = await import(`./hosts/${FILES.get(module)}`);
  const fixture = await host.start();
  try {
    const limits = { milliseconds: 120_000, bytes: 2_097_152 };
    const description = await describeFixture(new URL(fixture.url), limits);
    if ('problem' in description) throw new Error(`${host.name}: ${description.problem}`);
    return { name: host.name, results: await runChecks(description, { limits }) };
  } finally {
    fixture.stop();
  }
}
