// node both.mjs: an application of ES modules and CommonJS; prints the evaluations of both parts.
import { createRequire } from 'node:module';
import { createGatekeeper, defineFlags, GatekeeperError } from 'gatekeeper-flags';

const half = createRequire(import.meta.url)('./half.cjs');
const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const answers = [createGatekeeper({ flags }), half.keeper].map((keeper) => keeper.gateFor({}).ffVariant('SEARCH'));
console.log(JSON.stringify({ answers, isOneModule: half.GatekeeperError === GatekeeperError }));
