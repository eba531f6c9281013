import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { OpenBrowser, Page } from './browser-process.ts';
import type { BrowserName, FoundBrowser } from './browsers.ts';
import { startChromium } from './chromium.ts';
import { startFirefox } from './firefox.ts';

/** Opens a browser on a new, temporary profile, with the extension in it. */
export async function openBrowser({ name, program }: FoundBrowser, page: Page): Promise<OpenBrowser> {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'gatekeeper-browser-'));
  const remove = (): void => rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  try {
    const started = await START[name](program, profile, page);
    return { ...started, closed: started.closed.then(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

const START: Readonly<Record<BrowserName, (program: string, profile: string, page: Page) => Promise<OpenBrowser>>> = {
  chromium: startChromium,
  firefox: startFirefox,
};
