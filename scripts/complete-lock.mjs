// `npm run lock`: after a change of dependencies, completes package-lock.json.
//
// A registry's mirror may carry the native packages (Biome's, oxc's) of some platforms only. npm then leaves the others
// out of the lock file, and `npm ci` refuses that lock file everywhere (npm/cli#9846). What an entry must say is known
// from the package that asks for it.

import { readFileSync, writeFileSync } from 'node:fs';
import { missingOptionals } from './lib/lock-file.mjs';
import { inRoot } from './lib/root.mjs';

const file = inRoot('package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const { name, version, wantedBy } of missingOptionals(lock)) {
  lock.packages[`node_modules/${name}`] = {
    version,
    ...platform(name),
    license: wantedBy.license,
    dev: true,
    optional: true,
  };
  console.log(`added ${name}@${version}`);
}
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);

// @biomejs/cli-linux-x64-musl, @oxc-parser/binding-linux-arm-gnueabihf: the system, the processor, the C library.
function platform(name) {
  const words = name.split('/').pop().split('-');
  const at = words.findIndex((word) =>
    ['android', 'darwin', 'linux', 'win32', 'freebsd', 'openharmony'].includes(word),
  );
  if (at < 0) throw new Error(`${name}: which platform is it for?`);
  const [os, cpu, abi] = words.slice(at);
  return { os: [os], cpu: [cpu], ...(os === 'linux' ? { libc: [abi?.startsWith('musl') ? 'musl' : 'glibc'] } : {}) };
}
