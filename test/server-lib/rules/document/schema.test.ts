import { MemoryStorage } from '@openfeature/flagd-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocument } from '../../../../server-lib/rules/document/read-document.ts';
import { type SchemaIssue, validateSchema } from '../../../../server-lib/rules/document/schema.ts';
import { flagdDocument } from '../../../arbitraries/flagd-documents.ts';

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

test.each([
  '{}',
  '[]',
  '{"flags":[]}',
  '{"flags":[{"key":"FLAG","state":"ENABLED","variants":{"on":true}}]}',
  '{"flags":{"":{"state":"ENABLED","variants":{"on":true}}}}',
  '{"flags":{"FLAG":true}}',
  '{"flags":{"FLAG":{"variants":{"on":true}}}}',
  '{"flags":{"FLAG":{"state":"ON","variants":{"on":true}}}}',
  '{"flags":{"FLAG":{"state":"ENABLED"}}}',
  '{"flags":{"FLAG":{"state":"ENABLED","variants":{}}}}',
  '{"flags":{"FLAG":{"state":"ENABLED","variants":{"on":true,"off":"no"}}}}',
  '{"flags":{"FLAG":{"state":"ENABLED","variants":{"on":null}}}}',
  '{"flags":{"FLAG":{"state":"ENABLED","variants":{"on":[1]}}}}',
  '{"flags":{"FLAG":{"state":"ENABLED","variants":{"on":true},"defaultVariant":1}}}',
  '{"flags":{"FLAG":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"off"}}}',
  '{"flags":{"FLAG":{"state":"ENABLED","variants":{"on":true},"metadata":{"owner":[]}}}}',
  '{"flags":{"FLAG":{"state":"ENABLED","variants":{"on":true},"targeting":null}}}',
  '{"flags":{},"metadata":{"version":1}}',
  '{"flags":{},"$evaluators":{"one":"on"}}',
])('like flagd’s schema, we refuse %s, and name the position', (text) => {
  expect(flagdAccepts(text)).toBe(false);
  expect(firstIssue(text)).toMatchObject({ code: 'schema', position: { line: 1 } });
});

test.each([
  '{"if":[]}',
  '{"if":[{},"on","off"]}',
  '{"==":[1]}',
  '{">":[1,2,3]}',
  '{"<":[1,2,3,4]}',
  '{"*":[2]}',
  '{"reduce":[[1],1]}',
  '{"missing":"email"}',
  '{"missing_some":[["email"],1]}',
  '{"var":"$flagd.secret"}',
  '{"starts_with":["a"]}',
  '{"starts_with":["a",1]}',
  '{"sem_ver":[{"var":"version"},"=>","1.0.0"]}',
  '{"sem_ver":[{"var":"version"},"=","1.0"]}',
  '{"fractional":[]}',
  '{"fractional":["email",["on",1]]}',
  '{"fractional":[["on",0.5]]}',
  '{"fractional":[["on",-1]]}',
  '{"fractional":[["on",1,1]]}',
])('like flagd’s schema, we refuse the targeting %s', (targeting) => {
  const text = `{"flags":{"FLAG":{"state":"ENABLED","variants":{"on":true},"targeting":${targeting}}}}`;

  expect(flagdAccepts(text)).toBe(false);
  expect(firstIssue(text)?.code).toBe('schema');
});

test('an issue has line and column, also in the last of several entries with the same key', () => {
  const text = `{"flags": {\n  "FLAG": {},\n  "FLAG": {\n    "state": "ON"\n} } }`;

  const [issue] = validateSchema(text);

  expect(issue?.position).toEqual({ line: 4, column: 14 });
  expect(issue?.message).toBe('flags.FLAG.state must be "ENABLED" or "DISABLED"; got "ON"');
});

test('one run finds the issues of all flags, including unknown operators and missing evaluators', () => {
  const flag = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' };
  const flags = {
    A: { ...flag, state: 'ON', defaultVariant: 'off' },
    B: { ...flag, targeting: { if: [{ iff: [] }, 'on'] } },
    C: { ...flag, targeting: { if: [{ $ref: 'gone' }, 'on'] } },
  };

  const issues = validateSchema({ flags }).map(({ code, path }) => [code, path.join('.')]);

  expect(issues).toEqual([
    ['schema', 'flags.A.state'],
    ['schema', 'flags.A.defaultVariant'],
    ['unknown-operator', 'flags.B.targeting.if.0'],
    ['dangling-reference', 'flags.C.targeting.if.0'],
  ]);
});

test('a reference to a missing evaluator, or from an evaluator to an earlier one, says which references are valid', () => {
  const flag = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' };
  const $evaluators = { first: { '==': [1, 1] }, second: { '!': [{ $ref: 'first' }] } };
  const messageFor = (name: string): unknown =>
    validateSchema({ flags: { A: { ...flag, targeting: { if: [{ $ref: name }, 'on'] } } }, $evaluators })[0]?.message;

  expect(messageFor('nope')).toBe(
    'flags.A.targeting.if.0: there is no evaluator "nope"; an evaluator can refer only to later ones',
  );
  expect(messageFor('second')).toBe(
    'flags.A.targeting.if.0.!.0: there is no evaluator "first"; an evaluator can refer only to later ones',
  );
});

test('invalid JSON and a list are one issue each', () => {
  expect(validateSchema('{"flags":')).toMatchObject([
    { code: 'not-json', path: [], position: { line: 1, column: 10 } },
  ]);
  expect(validateSchema([])).toMatchObject([{ code: 'schema', path: [] }]);
});

test('a document has schema issues if and only if flagd’s schema refuses it', () => {
  const part = fc.constantFrom(
    null,
    true,
    0,
    1.5,
    '',
    'on',
    [],
    {},
    [1],
    { on: 1 },
    { var: 'a' },
    { $ref: 'first' },
    { nope: [] },
  );
  let refused = 0;
  const check = fc.property(flagdDocument, fc.nat(), part, (rules, where, replacement) => {
    const text = JSON.stringify(replacePart(rules, where, replacement));
    const isAccepted = flagdAccepts(text);
    if (!isAccepted) refused++;

    const codes = new Set(validateSchema(text).map(({ code }) => code));

    expect(codes.size > 0 || isAccepted, text).toBe(true);
    expect(codes.has('schema') && isAccepted, text).toBe(false);
  });

  fc.assert(check, { numRuns: 1_000 });

  expect(refused).toBeGreaterThan(100);
}, 60_000);

function flagdAccepts(text: string): boolean {
  try {
    new MemoryStorage(SILENT).setConfigurations(text, true);
    return true;
  } catch {
    return false;
  }
}

function firstIssue(text: string): SchemaIssue | undefined {
  return validateSchema(text)[0];
}

/** `value` with its `where`-th part, counted from the root, replaced. */
function replacePart(value: unknown, where: number, replacement: unknown): unknown {
  let left = where % 40;
  return (function walk(part: unknown): unknown {
    if (left-- === 0) return replacement;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, walk(item)]));
  })(value);
}

test.each([
  'flags:\n  A:\n    state: ENABLED\n',
  '# ours\n\n"flags":\n  A: {}\n',
  '---\nflags: {}\n',
  '%YAML 1.2\n---\n{"flags": {}}\n',
  '$schema: https://flagd.dev/schema/v0/flags.json\nflags: {}',
])('the YAML %j is refused, and the message says how to convert it', (text) => {
  expect(() => readDocument(text)).toThrow(
    'line 1, column 1: it must be JSON, and looks like YAML; convert it with "npx js-yaml rules.yaml > rules.json"',
  );
});

test.each([
  'config/rules.json',
  'C:\\rules.json',
  'true',
  '"flags"',
  '<html>a: b</html>',
  '[]x',
  `${'\n'.repeat(1_900)}x`,
  `${'#\n'.repeat(900)}x`,
])('%j is not taken for YAML', (text) => {
  const read = (): unknown => readDocument(text);

  expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('YAML') }));
});
