import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { type OpenBrowser, type Page, startProcess } from './browser-process.ts';

/** Starts Firefox. It accepts an unsigned extension only as a temporary add-on, through its debugger. */
export async function startFirefox(program: string, profile: string, { url, extension }: Page): Promise<OpenBrowser> {
  const preferences = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  );
  writeFileSync(path.join(profile, 'user.js'), preferences.join('\n'));
  // A socket in the profile, which other users cannot open; Windows has only ports.
  const address = process.platform === 'win32' ? await freePort() : path.join(profile, 'debugger');
  const args = ['--profile', profile, '--no-remote', '--start-debugger-server', String(address), url];
  const { closed, close, withTimeout } = startProcess(program, args);
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  const firefox = await withTimeout(connectToFirefox(address, () => isClosed));
  const reload = async (): Promise<void> => {
    const { addonsActor } = await firefox.request({ to: 'root', type: 'getRoot' });
    await firefox.request({
      to: addonsActor,
      type: 'installTemporaryAddon',
      addonPath: extension,
      openDevTools: false,
    });
  };
  await withTimeout(reload());
  return { reload, closed, close };
}

const PREFERENCES = {
  'devtools.debugger.remote-enabled': true,
  'devtools.debugger.prompt-connection': false,
  'devtools.chrome.enabled': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.aboutwelcome.enabled': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'termsofuse.bypassNotification': true,
  'app.update.enabled': false,
  'extensions.update.enabled': false,
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Firefox' debugger protocol: packets of the form `length:JSON`, one reply to each request. */
export interface FirefoxDebugger {
  request(packet: Packet): Promise<Packet>;
}

export type Packet = Readonly<Record<string, unknown>>;

/** Connects to a port or a socket as soon as Firefox listens there. */
async function connectToFirefox(address: string | number, isClosed: () => boolean): Promise<FirefoxDebugger> {
  while (!isClosed()) {
    const socket = await tryConnect(address);
    if (socket !== undefined) return createDebugger(socket);
    await later(100);
  }
  throw new Error('Firefox has exited');
}

function tryConnect(address: string | number): Promise<Socket | undefined> {
  const socket = typeof address === 'number' ? connect(address, '127.0.0.1') : connect(address);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

function createDebugger(socket: Socket): FirefoxDebugger {
  const waiting: { readonly from: unknown; readonly settle: (packet: Packet) => void }[] = [];
  let rest = Buffer.alloc(0);
  socket.unref().on('error', () => {}); // Firefox has exited, which `closed` reports
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (let packet = nextPacket(); packet !== undefined; packet = nextPacket()) receive(packet);
  });

  function nextPacket(): Packet | undefined {
    const colon = rest.indexOf(':');
    const end = colon + 1 + Number(rest.subarray(0, colon));
    if (colon === -1 || rest.length < end) return undefined;
    const text = rest.subarray(colon + 1, end).toString();
    rest = rest.subarray(end);
    return JSON.parse(text);
  }

  function receive(packet: Packet): void {
    if ('type' in packet || 'applicationType' in packet) return; // an event, or Firefox' greeting
    const at = waiting.findIndex(({ from }) => from === packet.from);
    if (at !== -1) waiting.splice(at, 1)[0]?.settle(packet);
  }

  return {
    request(packet) {
      const text = JSON.stringify(packet);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
      return new Promise((resolve, reject) => {
        waiting.push({
          from: packet.to,
          settle: (reply) => {
            if (reply.error === undefined) resolve(reply);
            else reject(new Error(`${packet.type}: ${reply.message ?? reply.error}`));
          },
        });
      });
    },
  };
}
