import { readFileSync, writeFileSync } from 'node:fs';
import { missingOptionals } from '../lib/install.mjs';
import { inRoot } from '../lib/root.mjs';

// `npm run lock`: completes package-lock.json after a change of dependencies.
//
// A mirror of the registry may have the native packages (of Biome, oxc) for only some platforms. npm then omits the others
// from the lock file, and `npm ci` rejects that lock file on every platform (npm/cli#9846). The missing entries follow from the
// package that depends on them.

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
  if (at < 0) throw new Error(`Expected the name of a platform in ${name}, found none: add it to the list`);
  const [os, cpu, abi] = words.slice(at);
  return { os: [os], cpu: [cpu], ...(os === 'linux' ? { libc: [abi?.startsWith('musl') ? 'musl' : 'glibc'] } : {}) };
}
