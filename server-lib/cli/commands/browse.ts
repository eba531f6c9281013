import { unwatchFile, watchFile } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { sanitize } from '../../wire/sanitize.ts';
import type { OpenBrowser } from '../browser/browser-process.ts';
import { type BrowserName, type FoundBrowser, findBrowser, hasDisplay, openBrowser } from '../browser/open-browser.ts';
import { type Command, hasOption, type Invocation } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { builtExtensionFolder, FIREFOX_OPTION } from './extension.ts';

export const browse: Command = {
  name: 'browse',
  positionals: ['<url>'],
  summary: 'opens a browser with the extension in it',
  help: [
    'The browser has a profile of its own, which is removed when it is closed: your own browser is left as it is.',
    'Chromium, Chrome or Edge if there is one, else Firefox. CHROMIUM and FIREFOX in the environment may name a program.',
  ],
  options: {
    firefox: { help: `${FIREFOX_OPTION.help}` },
    chromium: { help: 'Chromium, Chrome or Edge, and no Firefox' },
  },
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

/** Waits until the browser is closed, by its user or by a signal to us; a new build of the extension is loaded. */
async function waitUntilClosed(browser: OpenBrowser, extension: string): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, browser.close);
  const manifest = path.join(extension, 'manifest.json');
  watchFile(manifest, { interval: 1_000 }, ({ size }) => {
    if (size > 0) browser.reload().catch(() => {}); // half of a build: the next one comes
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
    throw new CommandError(
      EXIT.unreachable,
      `No ${wanted} is installed where it usually is; install one, or name its program in ${variable}`,
    );
  }
  if (!hasDisplay(environment)) {
    throw new CommandError(EXIT.unreachable, 'There is no display here (DISPLAY is not set) for a browser to open on');
  }
  return found;
}

const BROWSER_LABELS: Readonly<Record<BrowserName, string>> = {
  chromium: 'Chromium, Chrome or Edge',
  firefox: 'Firefox',
};

async function validateUrl(text: string): Promise<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const guess = `http://${text}`;
    const hint =
      /^[\w.-]+(:\d+)?(\/|$)/.test(text) && URL.canParse(guess) ? `: ${guess}` : ', http://localhost:3000 for example';
    throw new CommandError(
      EXIT.usage,
      `Expected an http or https address, got "${sanitize(text)}"; write it in full${hint}`,
    );
  }
  if (isLoopback(url) && !(await listens(url))) {
    throw new CommandError(EXIT.unreachable, `Nothing listens at ${url.origin}; start your server first`);
  }
  return url.href;
}

// Another host may be reached by the browser alone, through a proxy.
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
