import type { Environment } from 'vitest/runtime';
import { OPEN_BROWSERS, type OpenBrowsers } from './drivers/shared-browser.ts';

/** Vitest's environment for test/e2e: all files that a worker runs share its browsers. They are closed with the worker. */
const environment: Environment = {
  name: 'browsers',
  viteEnvironment: 'ssr',
  setup(global) {
    const open: OpenBrowsers = new Map();
    Object.assign(global, { [OPEN_BROWSERS]: open });
    return {
      async teardown() {
        await Promise.allSettled([...open.values()].map((driver) => driver.close()));
      },
    };
  },
};

export default environment;
