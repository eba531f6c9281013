import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RulesComparison } from '../../../../server-lib/cli/compare-rules.ts';
import { compileFlags } from '../../../../server-lib/core/flags/compiled-flag.ts';
import type { FlagDefinition } from '../../../../server-lib/core/flags/flag.ts';
import { createGatekeeper } from '../../../../server-lib/index.ts';
import { readDocument } from '../../../../server-lib/rules/document/read-document.ts';
import { compileRules } from '../../../../server-lib/rules.ts';
import { evaluationContext, flagdDocument } from '../../../arbitraries/flagd-documents.ts';
import { propertyTimeout, runs } from '../../../arbitraries/mutations.ts';
import { typicalContext, typicalDocument } from '../../../arbitraries/typical-rules.ts';
import { CLI, commandLine, cpuSeconds, runCommand, WITH_CPU_TIME } from '../../../helpers/processes/command-line.ts';
import { startRedis } from '../../../helpers/processes/redis-server.ts';
import { CHECKOUT_RULES } from '../../../helpers/rules-documents.ts';
import { IS_DEEP } from '../../../helpers/vitest/depth.ts';

/** A document that rolls ONE_PAGE out to a share of the users. */
function rollout(percent: number, more: object = {}): string {
  const targeting = {
    fractional: [
      ['ONE_PAGE', percent],
      ['CLASSIC', 100 - percent],
    ],
  };
  const CHECKOUT = { state: 'ENABLED', variants: { CLASSIC: 1, ONE_PAGE: 2 }, defaultVariant: 'CLASSIC', targeting };
  return JSON.stringify({ flags: { CHECKOUT: { ...CHECKOUT, ...more } } });
}

test('growing a rollout from 10 to 20 % changes about 10 % of the users, and nobody leaves', async () => {
  const prompt = commandLine({ 'old.json': rollout(10), 'new.json': rollout(20) });

  const [text, json, back] = [
    await prompt.run('impact', 'old.json', 'new.json'),
    await prompt.run('impact', 'old.json', 'new.json', '--json'),
    await prompt.run('impact', 'new.json', 'old.json'),
  ];

  const report = JSON.parse(json.out);
  const [{ users, changes, variants }] = report.flags;
  expect(users).toBeGreaterThan(900);
  expect(users).toBeLessThan(1_100);
  expect(changes).toEqual([{ from: 'CLASSIC', to: 'ONE_PAGE', users }]);
  const [classic, onePage] = ['CLASSIC', 'ONE_PAGE'].map((name) =>
    variants.find((one: { variant: string }) => one.variant === name),
  );
  expect(onePage.after - onePage.before).toBe(users);
  expect([classic.before + onePage.before, classic.after + onePage.after]).toEqual([10_000, 10_000]);
  expect(report).toMatchObject({
    ok: true,
    users: 10_000,
    synthetic: true,
    changed: users,
    unchanged: [],
    unknown: [],
  });
  const count = users.toLocaleString('en-US');
  const percent = (part: number) => `${Number((part / 100).toFixed(2))} %`;
  expect(text).toEqual({
    code: 0,
    out: [
      `CHECKOUT: ${count} of 10,000 users change, ${percent(users)}`,
      `  CLASSIC -> ONE_PAGE  ${count} users  ${percent(users)}`,
      `  shares: CLASSIC ${percent(classic.before)} -> ${percent(classic.after)}, ONE_PAGE ${percent(onePage.before)} -> ${percent(onePage.after)}`,
      `old.json -> new.json: ${count} of 10,000 synthetic users change, ${percent(users)}; 0 flags are unchanged`,
      '',
    ].join('\n'),
    err: '',
  });
  expect(back.out).toContain(`  ONE_PAGE -> CLASSIC  ${count} users`);
});

const keyOf = (context: object): string | undefined => {
  const { targetingKey }: { readonly targetingKey?: unknown } = context;
  return targetingKey === undefined ? undefined : String(targetingKey);
};

test(
  'the numbers are those of evaluating every user under both documents',
  () => {
    const users = fc.array(evaluationContext, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(flagdDocument, flagdDocument, users, fc.nat(4_000_000_000), (one, other, contexts, timestamp) => {
        // The same flags in both, so that rules are compared and not only added.
        const names = Object.keys(one.flags);
        const flags = Object.values(other.flags).map((flag, at) => [names[at] ?? `more${at}`, flag]);
        const documents = [one, { ...other, flags: Object.fromEntries(flags) }].map((document) =>
          JSON.stringify(document),
        );
        const [before, after] = documents.map(compileRules);
        const now = new Date(timestamp * 1_000);
        const comparison = new RulesComparison({
          before: readDocument(documents[0]),
          after: readDocument(documents[1]),
          code: undefined,
          timestamp,
        });
        const expected = new Map<string, number>();
        let changed = 0;

        for (const context of contexts) {
          const key = keyOf(context);
          const { targetingKey: _, ...attributes } = context as { targetingKey?: unknown };
          comparison.add({ targetingKey: key, attributes });
          const all = [...names, ...flags.map(([name]) => name as string)];
          const different = [...new Set(all)].filter((flag) => {
            const [from, to] = [before, after].map(
              (rules) =>
                rules?.evaluate(flag, { ...attributes, ...(key !== undefined && { targetingKey: key }) }, { now })
                  .variant,
            );
            if (from === to) return false;
            const change = `${flag} ${from ?? null} ${to ?? null}`;
            expected.set(change, (expected.get(change) ?? 0) + 1);
            return true;
          });
          if (different.length > 0) changed++;
        }

        const found = comparison
          .impacts()
          .flatMap(({ flag, changes }) =>
            changes.map(({ from, to, users: count }): [string, number] => [`${flag} ${from} ${to}`, count]),
          );
        expect(new Map(found)).toEqual(expected);
        expect([comparison.users, comparison.changed]).toEqual([contexts.length, changed]);
      }),
      runs(2_000),
    );
  },
  propertyTimeout(),
);

// The variant that decide gives: in a comparison, "the code decides".
const DECIDED = 'decided';

const FLAGS: Readonly<Record<string, FlagDefinition>> = {
  checkout: { variants: ['on', 'off', 'third'], default: 'off', users: { third: ['a', '7'] } },
  search: { variants: ['on', 'off', 'third', DECIDED], default: 'off', decide: () => DECIDED },
  NEW_BASKET: { variants: ['on', 'off'], default: 'off' }, // its rules are left out, because they have another variant
};

test(
  'with the flags of the code, the numbers are those of evaluating every user on a server',
  () => {
    const users = fc.array(fc.tuple(fc.constantFrom('a', '7', 'b', 'c'), typicalContext), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(typicalDocument, typicalDocument, users, (one, other, contexts) => {
        const now = Date.now();
        const [before, after] = [one, other].map((rules) =>
          createGatekeeper({ flags: FLAGS, rules, onError: () => {} }),
        );
        const comparison = new RulesComparison({
          before: readDocument(JSON.stringify(one)),
          after: readDocument(JSON.stringify(other)),
          code: compileFlags(FLAGS),
          timestamp: Math.floor(now / 1_000),
        });
        const expected = new Map<string, number>();

        for (const [userId, { targetingKey: _, ...attributes }] of contexts as readonly [
          string,
          { targetingKey?: unknown },
        ][]) {
          comparison.add({ targetingKey: userId, attributes });
          for (const flag of Object.keys(FLAGS)) {
            const [from, to] = [before, after].map((keeper) => {
              const variant = keeper?.gateFor({ userId, attributes }).ffVariant(flag);
              return variant === DECIDED ? null : variant;
            });
            const change = `${flag} ${from} ${to}`;
            if (from !== to) expected.set(change, (expected.get(change) ?? 0) + 1);
          }
        }

        const found = comparison
          .impacts()
          .flatMap(({ flag, changes }) =>
            changes.map(({ from, to, users: count }): [string, number] => [`${flag} ${from} ${to}`, count]),
          );
        expect(new Map(found)).toEqual(expected);
        expect(comparison.unknown.every((flag) => flag === 'prices.v2')).toBe(true);
      }),
      runs(1_000),
    );
  },
  propertyTimeout(),
);

test.each([
  // file          text
  ['users.txt', 'a\nb\r\n\n 42 \n'],
  ['users.jsonl', '{"targetingKey":"a"}\n{"targetingKey":"b","country":"NL"}\n{"targetingKey":42}'],
  ['users.json', '\uFEFF["a", { "targetingKey": "b", "country": "NL" }, 42]'],
])('the users of %s are evaluated', async (file, text) => {
  const targeting = { if: [{ in: [{ var: 'targetingKey' }, ['a', '42']] }, 'ONE_PAGE', 'CLASSIC'] };
  const prompt = commandLine({ 'old.json': rollout(0), 'new.json': rollout(0, { targeting }), [file]: text });

  const { code, out } = await prompt.run('impact', 'old.json', 'new.json', '--users', file, '--json');

  expect(JSON.parse(out)).toMatchObject({
    users: 3,
    synthetic: false,
    changed: 2,
    flags: [{ flag: 'CHECKOUT', users: 2, changes: [{ from: 'CLASSIC', to: 'ONE_PAGE', users: 2 }] }],
  });
  expect(code).toBe(0);
});

test('attributes that no user has are named, and --attr gives them to all users', async () => {
  const targeting = {
    if: [
      { and: [{ '==': [{ var: 'country' }, 'NL'] }, { some: [{ var: 'roles' }, { '==': [{ var: 'name' }, 'x'] }] }] },
      'ONE_PAGE',
      null,
    ],
  };
  const prompt = commandLine({ 'old.json': rollout(0), 'new.json': rollout(0, { targeting }) });
  const args = ['impact', 'old.json', 'new.json', '--count', '5'];

  const [without, given] = [
    await prompt.run(...args),
    await prompt.run(...args, '--attr', 'country=NL', '--attr', 'roles=[{"name":"x"}]'),
  ];

  expect(without.out.split('\n')).toEqual([
    'CHECKOUT: nobody changes',
    '  shares: CLASSIC 100 % -> 100 %',
    'i CHECKOUT reads "country", "roles", which none of these users has; give it with --attr or in a file of --users',
    'old.json -> new.json: 0 of 5 synthetic users change, 0 %; 0 flags are unchanged',
    '',
  ]);
  expect(given.out).toContain('CHECKOUT: 5 of 5 users change, 100 %\n  CLASSIC -> ONE_PAGE  5 users  100 %\n');
  expect(given.out).not.toContain('reads');
});

test('a variant whose value changes is named with its users, and unchanged flags are counted', async () => {
  const both = (document: string): string => {
    const { flags } = JSON.parse(document);
    return JSON.stringify({ flags: { ...flags, ...JSON.parse(CHECKOUT_RULES).flags, CHECKOUT: flags.CHECKOUT } });
  };
  const prompt = commandLine({
    'old.json': both(rollout(100)),
    'new.json': both(rollout(100, { variants: { CLASSIC: 1, ONE_PAGE: { pages: 3 } } })),
  });

  const { out } = await prompt.run('impact', 'old.json', 'new.json', '--count', '7');

  expect(out.split('\n').slice(0, 4)).toEqual([
    'CHECKOUT: nobody changes',
    '  shares: ONE_PAGE 100 % -> 100 %',
    '  the value of ONE_PAGE changes from 2 to {"pages":3}, for 7 users',
    'old.json -> new.json: 0 of 7 synthetic users change, 0 %; 2 flags are unchanged',
  ]);
});

test('with --flags, defaults and user lists count, and flags that the code does not have are named', async () => {
  const flags = `export const flags = {
    CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC', users: { CLASSIC: ['a'] } },
  };`;
  const { flags: old } = JSON.parse(rollout(100));
  const prompt = commandLine({
    'old.json': JSON.stringify({ flags: { ...old, GONE: old.CHECKOUT } }),
    'new.json': rollout(100, { state: 'DISABLED' }),
    'flags.mjs': flags,
    users: 'a\nb\n',
  });

  const args = ['impact', 'old.json', 'new.json', '--users', 'users'];
  const [withFlags, without] = [await prompt.run(...args, '--flags', 'flags.mjs'), await prompt.run(...args)];

  expect(withFlags.out.split('\n')).toEqual([
    'CHECKOUT: 1 of 2 users change, 50 %',
    '  ONE_PAGE -> CLASSIC  1 user  50 %',
    '  shares: CLASSIC 50 % -> 100 %, ONE_PAGE 50 % -> 0 %',
    'i not in the code: "GONE"',
    'old.json -> new.json: 1 of 2 users change, 50 %; 0 flags are unchanged',
    '',
  ]);
  expect(without.out).toContain('  ONE_PAGE -> the code decides  2 users  100 %\n');
});

test('with --redis, the old document is the one in force', async () => {
  const { url } = await startRedis();
  const prompt = commandLine({ 'old.json': rollout(0), 'new.json': rollout(100) });
  await prompt.run('push', 'old.json', '--redis', url);

  const { code, out } = await prompt.run('impact', 'new.json', '--redis', url, '--json');

  expect(JSON.parse(out)).toMatchObject({
    old: expect.stringContaining('Redis at 127.0.0.1'),
    new: 'new.json',
    changed: 10_000,
  });
  expect(code).toBe(0);
});

test('rules that depend on the time are evaluated at --at', async () => {
  const targeting = { if: [{ '>=': [{ var: '$flagd.timestamp' }, 1_798_761_600] }, 'ONE_PAGE', 'CLASSIC'] }; // 2027-01-01
  const prompt = commandLine({ 'old.json': rollout(0), 'new.json': rollout(0, { targeting }) });
  const changed = async (at: string): Promise<number> =>
    JSON.parse((await prompt.run('impact', 'old.json', 'new.json', '--at', at, '--json')).out).changed;

  expect([await changed('2026-12-31'), await changed('2027-01-01')]).toEqual([0, 10_000]);
});

test.each([
  // arguments                                                   exit code  message
  [['impact'], 2, '<old.json> is missing'],
  [['impact', 'old.json'], 2, '[new.json] is missing; see gatekeeper-flags impact --help'],
  [
    ['impact', 'old.json', 'old.json', '--redis', 'redis://127.0.0.1:1'],
    2,
    'expected one file, the new document, with --redis; got two',
  ],
  [['impact', 'old.json', 'old.json', '--key', 'k'], 2, '--key needs --redis'],
  [['impact', 'old.json', 'old.json', '--count', '0'], 2, '--count must be a positive number; got "0"'],
  [
    ['impact', 'old.json', 'old.json', '--count', '1', '--users', 'users'],
    2,
    'expected either --users or --count; got both',
  ],
  [['impact', 'old.json', 'old.json', '--users', 'gone'], 3, 'The file "gone" does not exist'],
  [['impact', 'old.json', 'old.json', '--users', '.'], 3, 'The file "." is not a file'],
  [['impact', 'old.json', 'gone.json'], 3, 'The file "gone.json" does not exist'],
  [['impact', 'old.json', 'half.json'], 1, 'half.json:1:30: The rules document is refused'],
  [['impact', 'old.json', 'old.json', '--users', 'empty'], 1, 'The file "empty" has no users'],
  [
    ['impact', 'old.json', 'old.json', '--users', 'users'],
    1,
    'users:2:1: a user must be an id or an object with targetingKey; got an object with "mail"',
  ],
  [['impact', 'old.json', 'old.json', '--users', 'broken'], 1, 'broken:1:1: this is not JSON'],
])('%j exits with %i and prints the error', async (args, expected, message) => {
  const prompt = commandLine({
    'old.json': rollout(10),
    'half.json': rollout(10).slice(0, 29),
    users: 'a\n{"mail":"someone@example.com"}',
    broken: '{"targetingKey"',
    empty: '\n\n',
  });

  const { code, out, err } = await prompt.run(...args);

  expect(err).toContain(message);
  expect({ code, out }).toEqual({ code: expected, out: '' });
});

test('docs/command-line.md shows the actual output of impact', async () => {
  const prompt = commandLine({ 'old.json': rollout(10), 'new.json': rollout(20) });

  const { out } = await prompt.run('impact', 'old.json', 'new.json');

  const shown = ['$ npx gatekeeper-flags impact old.json new.json', ...out.trimEnd().split('\n')];
  expect(readFileSync('docs/command-line.md', 'utf8')).toContain(shown.map((line) => `    ${line}`).join('\n'));
});

// A fifth of this CPU time is usual.
test.runIf(IS_DEEP)('1,000,000 ids take at most ten seconds, and a terminal shows the progress', async () => {
  const flags = (text: string) =>
    JSON.stringify({
      flags: Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`F${at}`, JSON.parse(text).flags.CHECKOUT])),
    });
  const prompt = commandLine({ 'old.json': flags(rollout(10)), 'new.json': flags(rollout(20)) });
  const ids = Array.from({ length: 1_000_000 }, (_, at) => `${at}@example.com`);
  writeFileSync(path.join(prompt.folder, 'users'), ids.join('\n'));
  const command = `'${process.execPath}' '${CLI}' impact old.json new.json --users users`;

  const args = ['--quiet', '--return', '--command', command, '/dev/null'];
  const { out } = await runCommand('script', args, prompt.folder, WITH_CPU_TIME);

  expect(cpuSeconds(out)).toBeLessThan(10);
  expect(out).toMatch(/evaluated [\d,]+0,000 users/);
  expect(out).toMatch(/ of 1,000,000 users change/);
});
