import { expect, test } from 'vitest';
import { commandLine } from '../../helpers/processes/command-line.ts';
import { CHECKOUT_RULES } from '../../helpers/rules-documents.ts';

// Node 22.18 and later; the types of Node 20 do not know it.
const readsTypeScript = Boolean((process.features as { readonly typescript?: unknown }).typescript);

const DEFINITIONS = `{
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  BANNER: { variants: ['ON', 'OFF'], default: 'OFF' },
}`;

test.each([
  // what the module is  its text                                        said
  ['not there', undefined, 3, 'The module "flags.mjs" does not exist'],
  ['no module', 'export const flags = {', 1, 'flags.mjs cannot be loaded: '],
  [
    'empty',
    '',
    1,
    'flags.mjs exports no flags: expected "export const flags = defineFlags({ … })", it exports nothing',
  ],
  [
    'without flags',
    'export const other = 1;',
    1,
    'flags.mjs exports no flags: expected "export const flags = defineFlags({ … })", it exports other',
  ],
  ['of a promise', 'export const flags = Promise.resolve({});', 1, 'its "flags" is a Promise'],
  ['of a Map', 'export const flags = new Map();', 1, 'its "flags" is a Map'],
  ['of a function', 'export const flags = () => ({});', 1, 'its "flags" is a function'],
  ['of a default promise', 'export default Promise.resolve({});', 1, 'its default export is a Promise'],
  [
    'of flags that throw',
    "export const flags = new Proxy({}, { ownKeys() { throw new Error('no\\u001b[2J'); } });",
    1,
    'flags.mjs: no\\u001b[2J',
  ],
  ['one that throws a bigint', 'throw 1n;', 1, 'flags.mjs cannot be loaded: it throws a bigint'],
  ['one that throws an object that throws', 'throw { toJSON() { throw 1; } };', 1, 'it throws an object'],
  ['one whose error has no text', 'throw Object.assign(new Error(), { message: 5 });', 1, 'cannot be loaded: 5'],
  ['of bad flags', "export default { A: { variants: [], default: 'B' } };", 1, 'flags.mjs: Flag A: name at least one'],
  ['one that throws', "throw new TypeError('no DATABASE_URL');", 1, 'flags.mjs cannot be loaded: no DATABASE_URL'],
  ['one that throws no error', 'throw { code: 7 };', 1, 'flags.mjs cannot be loaded: it throws {"code":7}'],
  [
    'in need of another',
    "import 'nothing-of-that-name';",
    1,
    "flags.mjs cannot be loaded: Cannot find package 'nothing",
  ],
  [
    'one that throws later',
    "setTimeout(() => { throw new Error('late'); }); await new Promise(() => {});",
    1,
    'loaded: late',
  ],
  ['never loaded', 'await new Promise(() => {});', 1, 'flags.mjs cannot be loaded: its loading never ends'],
  ['one that ends the process', 'process.exit(0);', 1, 'The program was ended before it had an answer'],
])('a module of flags that is %s is said', async (_, text, expected, said) => {
  const files = { 'rules.json': CHECKOUT_RULES, ...(text !== undefined && { 'flags.mjs': text }) };

  const { code, out, err } = await commandLine(files).run('check', 'rules.json', '--flags', 'flags.mjs');

  expect(err).toContain(said);
  expect({ code, out }).toEqual({ code: expected, out: '' });
});

test.each([
  // the module                        its name     its text
  ['exports by default', 'flags.mjs', `export default ${DEFINITIONS};`],
  ['is CommonJS', 'flags.cjs', `module.exports = { flags: ${DEFINITIONS} };`],
  [
    'is CommonJS whose names Node cannot foresee',
    'flags.cjs',
    `module.exports = Object.assign({}, { flags: ${DEFINITIONS} });`,
  ],
  ['leaves a timer running', 'flags.mjs', `setInterval(() => {}, 1000); export const flags = ${DEFINITIONS};`],
  [
    'listens',
    'flags.mjs',
    `import net from 'node:net'; net.createServer().listen(0); export const flags = ${DEFINITIONS};`,
  ],
  ['prints', 'flags.mjs', `console.log('connecting'); export const flags = ${DEFINITIONS};`],
])('where a module %s the command reads its flags and ends by itself', async (_, name, text) => {
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES, [name]: text });

  const { code, out } = await prompt.run('check', 'rules.json', '--flags', name, '--json');

  expect(JSON.parse(out)).toMatchObject({ ok: true, flags: 3 });
  expect(code).toBe(0);
});

test.each([
  ['a folder', '.', 'The module "." is not a file'],
  ['JSON', 'rules.json', 'rules.json cannot be loaded: it is JSON; a module that exports flags is JavaScript'],
])('%s instead of a module is said', async (_, name, said) => {
  const { err } = await commandLine({ 'rules.json': CHECKOUT_RULES }).run('check', 'rules.json', '--flags', name);

  expect(err).toContain(said);
});

test('TypeScript is read where this Node reads it, and said not to be where it does not', async () => {
  const files = { 'rules.json': CHECKOUT_RULES, 'flags.ts': 'export const flags: object = {};' };
  const said = readsTypeScript
    ? { out: 'the code has no such flag', err: '' }
    : { out: '', err: 'flags.ts cannot be loaded: this Node reads no TypeScript; try NODE_OPTIONS="--import tsx"' };

  const { out, err } = await commandLine(files).run('check', 'rules.json', '--flags', 'flags.ts');

  expect(out).toContain(said.out);
  expect(err).toContain(said.err);
});
