import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { onTestFinished } from 'vitest';
import type { BrowserName } from '../../e2e/drivers/browser-driver.ts';
import { programOf } from '../../e2e/drivers/built-extension.ts';
import { freePort } from '../processes/redis-process.ts';
import { folderForThisTest } from '../temporary-folder.ts';

/** A browser that `gatekeeper-flags browse` has opened, without a window, and that the test is connected to. */
export interface BrowseCommand {
  readonly browser: Browser;
  readonly command: ChildProcess;
}

/** Runs `npx gatekeeper-flags browse <url>` in a project's folder. */
export async function runBrowseCommand(folder: string, name: BrowserName, url: string): Promise<BrowseCommand> {
  const port = await freePort();
  const program = path.join(folderForThisTest(), name);
  writeFileSync(
    program,
    `#!/bin/sh\nexec "${programOf(name)}" ${SWITCHES[name]} --remote-debugging-port=${port} "$@"\n`,
  );
  chmodSync(program, 0o755);
  const args = ['--no', 'gatekeeper-flags', 'browse', url, `--${name}`];
  const command = spawn('npx', args, {
    cwd: folder,
    env: { ...process.env, DISPLAY: ':none', [name.toUpperCase()]: program },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // its own process group, as in a shell: npx does not forward signals
  });
  onTestFinished(() => interrupt(command));
  await waitForOutput(command, 'Gatekeeper button');
  const browser =
    name === 'chromium'
      ? await puppeteer.connect({ browserURL: `http://127.0.0.1:${port}`, defaultViewport: null })
      : await puppeteer.connect({ browserWSEndpoint: `ws://127.0.0.1:${port}/session`, protocol: 'webDriverBiDi' });
  onTestFinished(() => browser.disconnect());
  return { browser, command };
}

/** Sends SIGINT as a terminal does for Ctrl-C: to the command and to every process that it started. */
export async function interrupt(command: ChildProcess): Promise<void> {
  if (command.exitCode !== null || command.signalCode !== null || command.pid === undefined) return;
  const ended = new Promise((resolve) => command.once('close', resolve));
  process.kill(-command.pid, 'SIGINT');
  await ended;
}

const SWITCHES: Readonly<Record<BrowserName, string>> = {
  chromium: '--headless=new --disable-background-networking --disable-component-update --disable-sync',
  firefox: '--headless --remote-allow-system-access',
};

function waitForOutput(command: ChildProcess, expected: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    command.stderr?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.includes(expected)) resolve();
    });
    command.once('close', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
}
