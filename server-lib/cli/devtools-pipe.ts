import type { Readable, Writable } from 'node:stream';

/** The Chrome DevTools Protocol over a pipe: JSON messages, each ended by a zero byte. */
export class DevToolsPipe {
  readonly #output: Writable;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #last = 0;

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    output.on('error', () => {}); // the browser has ended, which its process says
    input.on('error', () => {});
    let rest = '';
    input.setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.#receive(JSON.parse(message));
    });
  }

  /** Sends a command; rejects where the browser refuses it. */
  send(method: string, params: object): Promise<Readonly<Record<string, unknown>>> {
    this.#last += 1;
    const id = this.#last;
    this.#output.write(`${JSON.stringify({ id, method, params })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result = {}, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  #receive(message: Message): void {
    if (message.id === undefined) return; // an event
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}

interface Message {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}
