import { MemoryStorage } from '@openfeature/flagd-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatekeeperError } from '../../../server-lib/index.ts';
import { compileRules } from '../../../server-lib/rules.ts';
import { document } from '../../support/random-rules.ts';

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
])('flagd refuses %s, and so do we, naming the place', (text) => {
  expect(flagdTakes(text)).toBe(false);
  expect(refusalOf(text)).toMatchObject({ code: 'ERR_GK_RULES_SCHEMA', position: { line: 1 } });
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
])('flagd refuses the targeting %s, and so do we', (targeting) => {
  const text = `{"flags":{"FLAG":{"state":"ENABLED","variants":{"on":true},"targeting":${targeting}}}}`;

  expect(flagdTakes(text)).toBe(false);
  expect(refusalOf(text)?.code).toBe('ERR_GK_RULES_SCHEMA');
});

test('a document that flagd takes is taken, and one with a part exchanged is refused only where flagd refuses it', () => {
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
  const check = fc.property(document, fc.nat(), part, (rules, where, instead) => {
    const text = JSON.stringify(exchanged(rules, where, instead));
    const takes = flagdTakes(text);
    if (!takes) refused++;

    const error = refusalOf(text);

    // What flagd refuses because of an operator or a reference is a notice here, and stops no other flag.
    if (takes || error !== undefined) expect(error === undefined, `${text} ${error}`).toBe(takes);
    else expect(compileRules(text).notices, text).not.toEqual([]);
  });

  fc.assert(check, { numRuns: 1_000 });

  expect(refused).toBeGreaterThan(100);
}, 60_000);

function flagdTakes(text: string): boolean {
  try {
    new MemoryStorage(SILENT).setConfigurations(text, true);
    return true;
  } catch {
    return false;
  }
}

function refusalOf(text: string): GatekeeperError | undefined {
  try {
    compileRules(text);
    return undefined;
  } catch (error) {
    if (error instanceof GatekeeperError) return error;
    throw error;
  }
}

/** `value` with its `where`-th part, counted from the root, exchanged. */
function exchanged(value: unknown, where: number, instead: unknown): unknown {
  let left = where % 40;
  return (function walk(part: unknown): unknown {
    if (left-- === 0) return instead;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, walk(item)]));
  })(value);
}
