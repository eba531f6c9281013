import { unwatchFile, watchFile } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { sanitize } from '../../wire/sanitize.ts';
import { parseUrl } from '../../wire/untrusted-json.ts';
import type { OpenBrowser } from '../browser/browser-process.ts';
import { type BrowserName, type FoundBrowser, findBrowser, hasDisplay, openBrowser } from '../browser/open-browser.ts';
import { type Command, hasOption, type Invocation } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { builtExtensionFolder, FIREFOX_OPTION } from './extension.ts';

export const browse: Command = {
  name: 'browse',
  positionals: ['<url>'],
  summary: 'opens a browser that has the extension',
  help: [
    'The browser uses a temporary profile, which is removed when it is closed. Your own browser is not changed.',
    'Opens Chromium, Chrome or Edge if one is installed, else Firefox. To use another program, set CHROMIUM or FIREFOX to its path.',
  ],
  options: {
    firefox: FIREFOX_OPTION,
    chromium: { help: 'for Chromium, Chrome or Edge only' },
  },
  examples: [
    ['browse http://localhost:3000', 'opens the first browser that is installed'],
    ['browse http://localhost:3000 --firefox', 'opens Firefox'],
  ],
  isEndedByUser: true,
  async run(invocation) {
    const url = await validateUrl(invocation.positionals[0] as string);
    const found = requireBrowser(invocation);
    const extension = builtExtensionFolder(found.name === 'firefox' ? 'firefox' : 'chrome');
    const browser = await openBrowser(found, { url, extension }).catch((error: Error) => {
      throw new CommandError(EXIT.unreachable, `${sanitize(found.program)} did not open: ${sanitize(error.message)}`);
    });
    process.stderr.write(
      `${found.program} shows ${url}: click the Gatekeeper button in its toolbar. Ctrl-C closes it.\n`,
    );
    await waitUntilClosed(browser, extension);
    return { exitCode: EXIT.ok, lines: [], json: { ok: true, url, browser: found.program } };
  },
};

/** Waits until the browser is closed, by the user or by a signal to this process. Reloads the extension after a new build. */
async function waitUntilClosed(browser: OpenBrowser, extension: string): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, browser.close);
  const manifest = path.join(extension, 'manifest.json');
  watchFile(manifest, { interval: 1_000 }, ({ size }) => {
    if (size > 0) browser.reload().catch(() => {}); // the build is not complete yet: the next change reloads it
  });
  await browser.closed;
  unwatchFile(manifest);
}

function requireBrowser(invocation: Invocation): FoundBrowser {
  const { environment } = invocation;
  const names: readonly BrowserName[] = hasOption(invocation, 'firefox')
    ? ['firefox']
    : hasOption(invocation, 'chromium')
      ? ['chromium']
      : ['chromium', 'firefox'];
  const found = findBrowser(names, environment);
  if (found === undefined) {
    const wanted = names.length === 2 ? 'Chromium, Chrome, Edge or Firefox' : BROWSER_LABELS[names[0] as BrowserName];
    const variable = names.map((name) => name.toUpperCase()).join(' or ');
    const what = `${wanted} was not found in the usual folders`;
    throw new CommandError(EXIT.unreachable, `${what}; install it, or set ${variable} to the path of its program`);
  }
  if (!hasDisplay(environment)) {
    throw new CommandError(EXIT.unreachable, 'A browser needs a display; DISPLAY is not set');
  }
  return found;
}

const BROWSER_LABELS: Readonly<Record<BrowserName, string>> = {
  chromium: 'Chromium, Chrome or Edge',
  firefox: 'Firefox',
};

async function validateUrl(text: string): Promise<string> {
  const url = parseUrl(text);
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const guess = `http://${text}`;
    const example = /^[\w.-]+(:\d+)?(\/|$)/.test(text) && parseUrl(guess) ? guess : 'http://localhost:3000';
    const expected = `<url> must be a full http or https address, such as ${example}`;
    throw new CommandError(EXIT.usage, `${expected}; got "${sanitize(text)}"`);
  }
  if (isLoopback(url) && !(await listens(url))) {
    throw new CommandError(EXIT.unreachable, `Nothing listens at ${url.origin}; start your server first`);
  }
  return url.href;
}

// Only loopback addresses are checked: the browser may reach another host through a proxy.
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}

function listens({ hostname, port, protocol }: URL): Promise<boolean> {
  const socket = connect({
    host: hostname.replace(/[[\]]/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  });
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
