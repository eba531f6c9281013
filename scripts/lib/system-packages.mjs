import { existsSync } from 'node:fs';
import { findBrowser, findProgram } from './browsers.mjs';
import { printProgress, step } from './progress.mjs';
import { findPython } from './python.mjs';
import { run } from './run.mjs';

// The programs that the tests need besides Node, and their Debian packages.
const NEEDED = [
  { what: 'Chromium or Chrome', debian: 'chromium', isThere: () => findBrowser('chromium') },
  { what: 'Firefox', debian: 'firefox-esr', isThere: () => findBrowser('firefox') },
  { what: 'nginx', debian: 'nginx', isThere: () => findProgram('nginx') || existsSync('/usr/sbin/nginx') },
  { what: 'redis-server', debian: 'redis-server', isThere: () => findProgram('redis-server') },
  {
    what: 'PostgreSQL',
    debian: 'postgresql',
    isThere: () => findProgram('postgres') || existsSync('/usr/lib/postgresql'),
  },
  {
    what: 'pgbouncer',
    debian: 'pgbouncer',
    isThere: () => findProgram('pgbouncer') || existsSync('/usr/sbin/pgbouncer'),
  },
  { what: 'Flask 2.2 or later for python3', debian: 'python3-flask', isThere: findPython },
];

// WebKit's tests are skipped without them.
const NEEDED_IN_DEEP = [
  { what: 'WebKitWebDriver', debian: 'webkit2gtk-driver', isThere: () => findProgram('WebKitWebDriver') },
  { what: 'Xvfb', debian: 'xvfb', isThere: () => findProgram('Xvfb') },
];

/**
 * Installs the browsers and servers that the tests use if it can (on Debian, as root); otherwise prints what to install.
 * `isDeep`: also those that only `npm run test:deep` uses.
 */
export async function ensureSystemPackages({ isDeep = false } = {}) {
  const missing = [...NEEDED, ...(isDeep ? NEEDED_IN_DEEP : [])].filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  const packages = missing.map(({ debian }) => debian);
  if (!canInstall()) {
    printProgress(
      `not installed: ${missing.map(({ what }) => what).join(', ')}; tests that need them fail or are skipped`,
    );
    if (isDebian()) printProgress(`to install: sudo apt-get update && sudo apt-get install ${packages.join(' ')}`);
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step('apt-get update', () => run('apt-get', ['update'], { env }));
  await step(`apt-get install ${packages.join(' ')} (about a minute)`, () =>
    run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { env }),
  );
}

const isDebian = () => existsSync('/etc/debian_version');
const canInstall = () => isDebian() && process.getuid?.() === 0;
