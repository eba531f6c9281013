import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'puppeteer-core';
import { expect, inject, onTestFinished, test } from 'vitest';
import { Popup } from '../e2e/drivers/popup.ts';
import { PageView } from '../e2e/drivers/view.ts';
import { until } from '../e2e/drivers/waiting.ts';
import { interrupt, runBrowseCommand } from '../helpers/package/browse-command.ts';
import { consumerOf } from '../helpers/package/consumer.ts';
import { installInto } from '../helpers/package/packed.ts';
import { run, runNode } from '../helpers/processes/process.ts';
import { freePort } from '../helpers/processes/redis-process.ts';
import { createFiles, sectionOf, stepsOf } from '../helpers/repository/markdown.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';

const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const VERSION: string = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version;
const TARBALL = `../gatekeeper/gatekeeper-flags-${VERSION}.tgz`;

test('README installs the tarball that npm pack writes', () => {
  expect([...README.matchAll(/gatekeeper-flags-[\d.]+\.tgz/g)].map(String)).toEqual(
    Array(4).fill(`gatekeeper-flags-${VERSION}.tgz`),
  );
});

const LAST_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  TypeScript: ['npx tsc', 'npx tsx app.ts'],
  'JavaScript with ES modules': ['node app.js'],
  'CommonJS with Express 4': ['node app.js'],
};

test.each(Object.entries(LAST_COMMANDS).slice(0, IS_DEEP ? undefined : 1))(
  'a user who follows README’s steps for %s in an empty folder can switch a variant in the popup',
  async (section, typed) => {
    const parent = folderForThisTest();
    const steps = stepsOf(sectionOf(README, section));
    const commands = steps.flatMap((step) => (step.kind === 'command' ? [step.line] : []));
    const start = commands.findIndex((line) => line.startsWith('npx') || line.startsWith('node'));
    expect(commands.slice(start)).toEqual(typed);
    const [, , browse = ''] =
      /^(npx gatekeeper-flags browse )(\S+)$/m.exec(sectionOf(README, 'Switch a variant')) ?? [];
    const folder = await prepareFolder(parent, commands.slice(0, start));
    createFiles(folder, steps);
    for (const line of typed.slice(0, -1))
      expect(await run('sh', ['-c', line], { cwd: folder })).toEqual({ code: 0, output: '' });
    const port = await freePort();
    await startServer(folder, typed.at(-1) ?? '', port);

    const { browser } = await runBrowseCommand(folder, 'chromium', browse.replace('3000', String(port)));
    const page = await until('the page is open', async () =>
      (await browser.pages()).find((one) => one.url().includes(String(port))),
    );
    const text = () => page.evaluate(() => document.body.textContent ?? '');
    expect(await text()).toContain('My app');
    expect(await text()).not.toContain('The new feature');
    const popup = await openPopup(page);
    await popup.choose('MY_NEW_FEATURE', 'VISIBLE');
    const row = () => popup.text('MY_NEW_FEATURE');
    await until('the server uses the override', async () => (await row()).includes('your choice'));
    await popup.click('Reload page');

    await until('the page shows the feature', async () => (await text()).includes('The new feature'));
  },
);

test('with README’s rules document, the `decide` of README’s flags still applies; its staging example allows overrides', async () => {
  const { folder } = consumerOf('running', { express: 'express' });
  const sections = ['TypeScript', 'Change a flag without a deploy', 'On staging and in production'];
  createFiles(
    folder,
    sections.flatMap((section) => stepsOf(sectionOf(README, section))),
  );
  writeFileSync(
    path.join(folder, 'check.ts'),
    `import { keeper as ruled } from './rules.ts';
     import { keeper as staging } from './staging.ts';
     const gate = ruled.gateFor({ userId: 'u', attributes: { country: 'NL' } });
     console.log(gate.explain('CHECKOUT').variant, gate.explain('CHECKOUT').source, gate.explain('MY_NEW_FEATURE').source);
     console.log(Boolean(staging.adapter.permissionOf({ headers: {} } as never)));
     await ruled.close();`,
  );
  const env = { ...process.env, NODE_ENV: 'staging' };

  const ended = await runNode(['--import', import.meta.resolve('tsx'), 'check.ts'], { cwd: folder, env });

  expect(ended).toEqual({ code: 0, output: 'ONE_PAGE code rule\ntrue\n' });
});

/** Runs the commands that prepare a folder; resolves to the folder in which they end. */
async function prepareFolder(parent: string, commands: readonly string[]): Promise<string> {
  mkdirSync(path.join(parent, 'gatekeeper'));
  cpSync(inject('tarball'), path.join(parent, 'gatekeeper', path.basename(TARBALL)));
  let folder = parent;
  for (const line of commands) {
    const [, into] = /^cd (\S+)$/.exec(line) ?? [];
    if (into !== undefined) folder = path.join(folder, into);
    else if (line.startsWith('npm install') && !IS_DEEP) await install(folder, line);
    else expect(await run('sh', ['-c', line], { cwd: folder })).toMatchObject({ code: 0 });
  }
  return folder;
}

/** Does what `npm install` does, without a network: links our packages instead of those of the registry. */
async function install(folder: string, line: string): Promise<void> {
  const names = line
    .split(' ')
    .slice(2)
    .filter((word) => !word.startsWith('--'));
  if (names.includes(TARBALL)) expect(await installInto(folder, [TARBALL])).toMatchObject({ code: 0 });
  for (const name of names.filter((one) => one !== TARBALL)) {
    const link = path.join(folder, 'node_modules', name.replace(/(?<=.)@.*/, ''));
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules', name.replace(/(?<=.)@/, '')), link);
  }
  if (names.includes('tsx')) linkPrograms(folder);
}

function linkPrograms(folder: string): void {
  mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  for (const [name, program] of [
    ['tsc', 'typescript/bin/tsc'],
    ['tsx', 'tsx/dist/cli.mjs'],
  ] as const)
    symlinkSync(path.join(ROOT, 'node_modules', program), path.join(folder, 'node_modules/.bin', name));
}

/** Starts the server with README's command, on a free port and without a terminal. */
async function startServer(folder: string, line: string, port: number): Promise<void> {
  const env = { ...process.env, PORT: String(port), NODE_ENV: 'development' };
  const server: ChildProcess = spawn('sh', ['-c', line], { cwd: folder, env, stdio: 'ignore', detached: true });
  onTestFinished(() => interrupt(server));
  await until('the server listens', async () => (await fetch(`http://localhost:${port}/`)).ok);
}

async function openPopup(page: Page): Promise<Popup> {
  const browser = page.browser();
  const extension = await until(
    'the extension is installed',
    async () => [...(await browser.extensions()).values()][0],
  );
  await page.bringToFront();
  await page.triggerExtensionAction(extension);
  const target = await browser.waitForTarget((one) => one.url().endsWith('/popup.html'));
  const popup = new Popup(new PageView(await target.asPage()));
  await until('the popup shows the flags', async () => (await popup.rows()).includes('MY_NEW_FEATURE'));
  return popup;
}
