// Evaluates flags in every way and prints the variants. The tests bundle it into one file.
import { createServer } from 'node:http';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { redisSource } from 'gatekeeper-flags/redis';
import { compileRules } from 'gatekeeper-flags/rules';
import { MANIFEST_PATH } from 'gatekeeper-flags/wire';

const flag = (targeting) => ({
  state: 'ENABLED',
  variants: { ON: 'ON', OFF: 'OFF' },
  defaultVariant: 'OFF',
  targeting: { if: [targeting, 'ON', null] },
});
const document = {
  flags: {
    SOME: flag({ some: [{ var: 'roles' }, { '==': [{ var: '' }, 'admin'] }] }),
    SEM_VER: flag({ sem_ver: [{ var: 'version' }, '>=', '1.2.0'] }),
    REDUCE: flag({
      '==': [{ reduce: [{ var: 'counts' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0] }, 6],
    }),
    SPLIT: { ...flag(true), targeting: { fractional: [['ON', 100]] } },
  },
};
const context = { targetingKey: '7', roles: ['admin'], version: '1.3.0', counts: [1, 2, 3] };
const { evaluate } = compileRules(document);
for (const name of Object.keys(document.flags)) console.log(name, evaluate(name, context).variant);

const flags = defineFlags({ SOME: { variants: ['ON', 'OFF'], default: 'OFF' } });
const keeper = createGatekeeper({ flags, rules: { flags: { SOME: document.flags.SOME } } });
const middleware = gatekeeper(keeper, { attributes: () => ({ roles: ['admin'] }) });
const server = createServer((request, response) => {
  middleware(request, response, () => response.end(request.gk.ffVariant('SOME')));
}).listen(0, '127.0.0.1', async () => {
  const answer = await fetch(`http://127.0.0.1:${server.address().port}${MANIFEST_PATH}`);
  console.log('served', await answer.text());
  server.closeAllConnections();
  server.close();
});

void tryRedis();
async function tryRedis() {
  const source = redisSource({ url: 'redis://127.0.0.1:1' });
  await source.ready;
  console.log(source.health().lastError.replace(/.*: /, ''));
  await source.close();
}
