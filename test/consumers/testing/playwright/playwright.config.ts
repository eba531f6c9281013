// playwright.config.ts
import { defineConfig } from '@playwright/test';
import type { FlagOptions } from 'gatekeeper-flags/playwright';
import { flags } from './flags.js';

const port = process.env.PORT ?? '3000';
const baseURL = `http://localhost:${port}`;

export default defineConfig<FlagOptions>({
  use: {
    baseURL,
    flagDefinitions: flags,
    // The browser of the system, in place of Playwright's own.
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' },
  },
  webServer: {
    command: 'npx tsx server.ts',
    url: `${baseURL}/checkout`,
    env: { NODE_ENV: 'test', PORT: port },
  },
});
