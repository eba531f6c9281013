import { expect, test } from 'vitest';
import { HOOKS, type HookCase, type HookName } from '../helpers/hooks/hook-cases.ts';
import { runNode } from '../helpers/processes/process.ts';

const ASK_BEFORE = 'Look up the user in a middleware that runs before gatekeeper()';

/** The errors that `onError` gets for each hook that throws, and for each that returns a promise. */
const ERRORS: {
  readonly [Name in HookName]: { readonly thrown: readonly string[]; readonly promise: readonly string[] };
} = {
  userId: {
    thrown: ['ERR_GK_USER_ID', 'Flag LISTED: userId threw'],
    promise: ['ERR_GK_USER_ID', 'Flag LISTED: userId must be synchronous; it returned a promise'],
  },
  attributes: {
    thrown: ['ERR_GK_ATTRIBUTES', 'Flag CODED: attributes threw'],
    promise: ['ERR_GK_ATTRIBUTES', 'Flag CODED: attributes must be synchronous; it returned a promise'],
  },
  session: {
    thrown: ['ERR_GK_SESSION', 'Flag CODED: session threw'],
    promise: ['ERR_GK_SESSION', 'Flag CODED: session must be synchronous; it returned a promise'],
  },
  decide: {
    thrown: ['ERR_GK_DECIDE_THREW', 'Flag CODED: decide threw'],
    promise: ['ERR_GK_DECIDE_PROMISE', 'Flag CODED: decide must be synchronous; it returned a promise'],
  },
  allowOverrides: {
    thrown: ['ERR_GK_POLICY_THREW', 'allowOverrides threw, so overrides are off'],
    promise: [
      'ERR_GK_POLICY_PROMISE',
      `allowOverrides must return true or false; got a promise, so overrides are off. ${ASK_BEFORE}`,
    ],
  },
  authorize: grantHook('authorize'),
  subjectOf: grantHook('subjectOf'),
  isRevoked: grantHook('isRevoked'),
  onEvaluate: {
    thrown: ['ERR_GK_ON_EVALUATE', 'onEvaluate threw'],
    promise: ['ERR_GK_ON_EVALUATE', 'onEvaluate rejected'],
  },
  onError: {
    thrown: ['ERR_GK_DECIDE_THREW', 'Flag BROKEN: decide threw'],
    promise: ['ERR_GK_DECIDE_THREW', 'Flag BROKEN: decide threw'],
  },
};

function grantHook(name: string) {
  return {
    thrown: ['ERR_GK_GRANT_HOOK', `${name} threw, so the grant is refused`],
    promise: [
      'ERR_GK_GRANT_HOOK',
      `${name} must be synchronous; it returned a promise, so the grant is refused. ${ASK_BEFORE}`,
    ],
  };
}

const PAGE = 'LISTED ON, CODED OFF, PLAIN ON';
const PAGES: { readonly [Name in HookName]?: string } = {
  userId: 'LISTED OFF, CODED OFF, PLAIN ON',
  authorize: 'LISTED ON, CODED ON, PLAIN ON', // the visitor's existing grant is valid
  onError: `${PAGE}, BROKEN OFF`,
};
// An async onEvaluate that resolves is not an error.
const GOES_WELL = /resolves|never settles|function with a then|promise of a library/;

test.each(['own-promise', 'replaced-promise'])(
  'if a hook throws or returns anything, the visitor gets the page and onError gets one error (%s)',
  async (mode) => {
    const ended = await runNode(['--import', 'tsx', 'test/helpers/hooks/hooked-site.ts', mode]);
    expect(ended).toMatchObject({ code: 0 });
    const cases: readonly HookCase[] = JSON.parse(ended.output);

    expect(new Set(cases.map(({ hook }) => hook))).toEqual(new Set(HOOKS));
    for (const { hook, what, ...visit } of cases.filter((one) => one.hook !== 'onEvaluate')) {
      const error = what.startsWith('throws') ? ERRORS[hook].thrown : ERRORS[hook].promise;
      const expected = { hook, what, status: 200, body: PAGES[hook] ?? PAGE, errors: [error] };
      expect({ hook, what, ...visit }).toEqual(expected);
    }
    // Each of the three flags has its own exposure.
    for (const { hook, what, ...visit } of cases.filter((one) => one.hook === 'onEvaluate')) {
      const [code, message] = what.startsWith('throws') ? ERRORS[hook].thrown : ERRORS[hook].promise;
      const errors = GOES_WELL.test(what)
        ? []
        : ['LISTED', 'CODED', 'PLAIN'].map((flag) => [code, `Flag ${flag}: ${message}`]);
      expect({ hook, what, ...visit }).toEqual({ hook, what, status: 200, body: PAGE, errors });
    }
  },
);
