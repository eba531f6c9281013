// node rules.mjs: prints the evaluations of two rules.
import { compileRules } from 'gatekeeper-flags/rules';

const on = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
const unusual = {
  ...on,
  targeting: { if: [{ some: [{ var: 'roles' }, { '==': [{ var: '' }, 'admin'] }] }, 'on', 'off'] },
};

const simple = compileRules({ flags: { FLAG: on } }).evaluate('FLAG');
console.log(`simple: ${simple.variant} ${simple.reason}`);
const rare = compileRules({ flags: { FLAG: unusual } }).evaluate('FLAG', { roles: ['admin'] });
console.log(`unusual: ${rare.variant} ${rare.reason}`);
