import { parse } from 'cookie';
import { createGatekeeper, defineFlags } from '../../dist/server-lib/index.js';
import { definitions } from './work.mjs';

const keeper = createGatekeeper({ flags: defineFlags(definitions) });
const flags = new Map(
  Object.entries(definitions).map(([name, { variants, ...rest }]) => [name, { ...rest, variants: new Set(variants) }]),
);

/** By hand, with only the necessary check of an override: its flag and variant must exist. */
function overridesIn(header) {
  const at = header.indexOf('gatekeeper=');
  if (at === -1) return undefined;
  const end = header.indexOf(';', at);
  return overridesOf(header.slice(at + 'gatekeeper='.length, end === -1 ? undefined : end));
}

function overridesOf(value) {
  const entries = Object.entries(JSON.parse(decodeURIComponent(value)));
  return new Map(entries.filter(([flag, variant]) => flags.get(flag)?.variants.has(variant)));
}

const asks = (overrides) => (flag, variant) => (overrides?.get(flag) ?? flags.get(flag)?.default) === variant;

let lastHeader;
let lastOverrides;

/** Functions that take the `Cookie` header of a request and return its `ff`. */
export const REQUESTS = {
  'by hand': (header) => asks(overridesIn(header)),
  'by hand, the last header remembered': (header) => {
    if (header !== lastHeader) {
      lastHeader = header;
      lastOverrides = overridesIn(header);
    }
    return asks(lastOverrides);
  },
  '**gatekeeper-flags**': (header) => {
    const gate = keeper.gateFor({ cookie: header, mayOverride: true });
    return (flag, variant) => gate.ff(flag, variant);
  },
  'the package cookie and JSON.parse': (header) => {
    const { gatekeeper } = parse(header);
    return asks(gatekeeper === undefined ? undefined : new Map(Object.entries(JSON.parse(gatekeeper))));
  },
};
