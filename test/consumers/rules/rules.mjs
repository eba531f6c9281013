// node rules.mjs: prints what two rules answer, and when json-logic-engine came into the process.
import { createRequire } from 'node:module';
import 'gatekeeper-flags';
import 'gatekeeper-flags/express';
import { compileRules } from 'gatekeeper-flags/rules';

const { cache } = createRequire(import.meta.url);
const engine = () => (Object.keys(cache).some((file) => file.includes('json-logic-engine')) ? 'loaded' : 'not loaded');
const on = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
const unusual = {
  ...on,
  targeting: { if: [{ some: [{ var: 'roles' }, { '==': [{ var: '' }, 'admin'] }] }, 'on', 'off'] },
};

console.log(`core: engine ${engine()}`);
const simple = compileRules({ flags: { FLAG: on } }).evaluate('FLAG');
console.log(`simple: ${simple.variant} ${simple.reason}, engine ${engine()}`);
const rare = compileRules({ flags: { FLAG: unusual } }).evaluate('FLAG', { roles: ['admin'] });
console.log(`unusual: ${rare.variant} ${rare.reason}, engine ${engine()}`);
