import { expect, onTestFinished, test } from 'vitest';
import { compileRules } from '../../../server-lib/rules.ts';
import { runPython, startFlask } from '../../helpers/processes/flask.ts';
import { expectValidManifest } from '../../helpers/protocol/manifest-schema.ts';

test('the unit tests of examples/flask pass, with the shared vectors', async () => {
  const { code, output } = await runPython('-W', 'error::DeprecationWarning', '-m', 'unittest');

  expect(output).toMatch(/^Ran \d{2,} tests in/m);
  expect(code, output).toBe(0);
});

test('python3 app.py prints its URL and serves a manifest that is valid by the schema', async () => {
  const shop = await startFlask();
  onTestFinished(() => shop.close());
  const cookie = `gatekeeper=${encodeURIComponent('{"MY_NEW_FEATURE":"VISIBLE","GONE":"ON","PAYMENTS":1}')}`;

  const response = await fetch(`${shop.origin}/.well-known/gatekeeper.json`, { headers: { cookie } });
  const manifest = await response.json();

  expect(response.status).toBe(200);
  expectValidManifest(manifest);
  expect(manifest.flags.map(({ name }) => name)).toContain('MY_NEW_FEATURE');
  expect(manifest.overrides).toMatchObject({
    applied: ['MY_NEW_FEATURE'],
    ignored: [{ code: 'unknown-flag' }, { code: 'not-a-string' }],
  });
});

test('a rollout chooses the same users as this library, also with ids outside ASCII', async () => {
  const ids = [...'aÿжあ😀'].flatMap((letter) => Array.from({ length: 40 }, (_, at) => `${letter}${at * 7919}`));
  const weights = { ONE: 20, TWO: 35, THREE: 45 };
  const rules = compileRules({
    flags: {
      CHECKOUT: {
        state: 'ENABLED',
        variants: { ONE: 'ONE', TWO: 'TWO', THREE: 'THREE' },
        defaultVariant: 'ONE',
        targeting: { fractional: Object.entries(weights) },
      },
    },
  });
  const program = `
import json, sys
from gatekeeper.rollout import choose_variant
ids, weights = map(json.loads, sys.argv[1:])
print(json.dumps([choose_variant('CHECKOUT' + user_id, weights) for user_id in ids]))`;

  const { output } = await runPython('-c', program, JSON.stringify(ids), JSON.stringify(Object.entries(weights)));

  expect(JSON.parse(output)).toEqual(ids.map((targetingKey) => rules.evaluate('CHECKOUT', { targetingKey }).variant));
});
