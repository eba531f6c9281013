import { connect, type Socket } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';

/** Firefox' debugger: `length:JSON` packets, one answer to each question. */
export interface FirefoxDebugger {
  ask(packet: Packet): Promise<Packet>;
}

export type Packet = Readonly<Record<string, unknown>>;

/** Connects to a port or a socket as soon as Firefox listens there. */
export async function connectToFirefox(place: string | number, isClosed: () => boolean): Promise<FirefoxDebugger> {
  while (!isClosed()) {
    const socket = await connected(place);
    if (socket !== undefined) return conversation(socket);
    await later(100);
  }
  throw new Error('Firefox has ended');
}

function connected(place: string | number): Promise<Socket | undefined> {
  const socket = typeof place === 'number' ? connect(place, '127.0.0.1') : connect(place);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

function conversation(socket: Socket): FirefoxDebugger {
  const waiting: { readonly from: unknown; readonly settle: (packet: Packet) => void }[] = [];
  let rest = Buffer.alloc(0);
  socket.unref().on('error', () => {}); // Firefox has ended, which its process says
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (let packet = taken(); packet !== undefined; packet = taken()) receive(packet);
  });

  function taken(): Packet | undefined {
    const colon = rest.indexOf(':');
    const end = colon + 1 + Number(rest.subarray(0, colon));
    if (colon === -1 || rest.length < end) return undefined;
    const text = rest.subarray(colon + 1, end).toString();
    rest = rest.subarray(end);
    return JSON.parse(text);
  }

  function receive(packet: Packet): void {
    if ('type' in packet || 'applicationType' in packet) return; // an event, and what Firefox says first
    const at = waiting.findIndex(({ from }) => from === packet.from);
    if (at !== -1) waiting.splice(at, 1)[0]?.settle(packet);
  }

  return {
    ask(packet) {
      const text = JSON.stringify(packet);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
      return new Promise((resolve, reject) => {
        waiting.push({
          from: packet.to,
          settle: (answer) => {
            if (answer.error === undefined) resolve(answer);
            else reject(new Error(`${packet.type}: ${answer.message ?? answer.error}`));
          },
        });
      });
    },
  };
}
