import { expect, test } from 'vitest';
import { commandLine } from '../../helpers/processes/command-line.ts';
import { CHECKOUT_RULES } from '../../helpers/rules-documents.ts';

// Node 22.18 and later; missing in the types of Node 20.
const readsTypeScript = Boolean((process.features as { readonly typescript?: unknown }).typescript);

const DEFINITIONS = `{
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  BANNER: { variants: ['ON', 'OFF'], default: 'OFF' },
}`;

test.each([
  // the module          its text                                        message
  ['missing', undefined, 3, 'The module "flags.mjs" does not exist'],
  ['invalid', 'export const flags = {', 1, 'flags.mjs cannot be loaded: '],
  ['empty', '', 1, 'flags.mjs must export flags ("export const flags = defineFlags({ … })"); it exports nothing'],
  [
    'without flags',
    'export const other = 1;',
    1,
    'flags.mjs must export flags ("export const flags = defineFlags({ … })"); it exports other',
  ],
  ['one that exports a promise', 'export const flags = Promise.resolve({});', 1, 'its "flags" is a Promise'],
  ['one that exports a Map', 'export const flags = new Map();', 1, 'its "flags" is a Map'],
  ['one that exports a function', 'export const flags = () => ({});', 1, 'its "flags" is a function'],
  [
    'one whose default export is a promise',
    'export default Promise.resolve({});',
    1,
    'its default export is a Promise',
  ],
  [
    'one whose flags throw',
    "export const flags = new Proxy({}, { ownKeys() { throw new Error('no\\u001b[2J'); } });",
    1,
    'flags.mjs: no\\u001b[2J',
  ],
  ['one that throws a bigint', 'throw 1n;', 1, 'flags.mjs cannot be loaded: it throws a bigint'],
  ['one that throws an object that throws', 'throw { toJSON() { throw 1; } };', 1, 'it throws an object'],
  [
    'one that throws an error whose message is a number',
    'throw Object.assign(new Error(), { message: 5 });',
    1,
    'cannot be loaded: 5',
  ],
  [
    'one with invalid flags',
    "export default { A: { variants: [], default: 'B' } };",
    1,
    'flags.mjs: Flag A: variants must',
  ],
  ['one that throws', "throw new TypeError('no DATABASE_URL');", 1, 'flags.mjs cannot be loaded: no DATABASE_URL'],
  ['one that throws an object', 'throw { code: 7 };', 1, 'flags.mjs cannot be loaded: it throws {"code":7}'],
  [
    'one that imports a missing package',
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
  ['one that never loads', 'await new Promise(() => {});', 1, 'flags.mjs cannot be loaded: it never finishes loading'],
  ['one that exits the process', 'process.exit(0);', 1, 'The process exited before the command had finished'],
])('if the flags module is %s, the error says so', async (_, text, expected, message) => {
  const files = { 'rules.json': CHECKOUT_RULES, ...(text !== undefined && { 'flags.mjs': text }) };

  const { code, out, err } = await commandLine(files).run('check', 'rules.json', '--flags', 'flags.mjs');

  expect(err).toContain(message);
  expect({ code, out }).toEqual({ code: expected, out: '' });
});

test.each([
  // the module                        its name     its text
  ['exports by default', 'flags.mjs', `export default ${DEFINITIONS};`],
  ['is CommonJS', 'flags.cjs', `module.exports = { flags: ${DEFINITIONS} };`],
  [
    'is CommonJS with exports that Node cannot detect',
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
])('if the module %s, the command reads its flags and exits', async (_, name, text) => {
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES, [name]: text });

  const { code, out } = await prompt.run('check', 'rules.json', '--flags', name, '--json');

  expect(JSON.parse(out)).toMatchObject({ ok: true, flags: 3 });
  expect(code).toBe(0);
});

test.each([
  ['a folder', '.', 'The module "." is not a file'],
  ['JSON', 'rules.json', 'rules.json cannot be loaded: it must be a JavaScript or TypeScript module; it is JSON'],
])('%s instead of a module is an error', async (_, name, message) => {
  const { err } = await commandLine({ 'rules.json': CHECKOUT_RULES }).run('check', 'rules.json', '--flags', name);

  expect(err).toContain(message);
});

test('a TypeScript module is loaded, or the error says how if this version of Node cannot', async () => {
  const files = { 'rules.json': CHECKOUT_RULES, 'flags.ts': 'export const flags: object = {};' };
  const expected = readsTypeScript
    ? { out: 'the code has no such flag', err: '' }
    : { out: '', err: 'this version of Node.js cannot load TypeScript; set NODE_OPTIONS="--import tsx"' };

  const { out, err } = await commandLine(files).run('check', 'rules.json', '--flags', 'flags.ts');

  expect(out).toContain(expected.out);
  expect(err).toContain(expected.err);
});
