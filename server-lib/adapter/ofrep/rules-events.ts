import type { EventStream } from '../protocol-response.ts';

/** Tells the clients that listen of each change of the rules. */
export class RulesEvents {
  readonly #onChange: (listener: () => void) => () => void;
  readonly #clients: Set<Client> = new Set();
  #changedAt = 0;
  #removeListener: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  /** `onChange` calls its listener when other rules are in force, until the function that it returns is called. */
  constructor(onChange: (listener: () => void) => () => void) {
    this.#onChange = onChange;
  }

  /** Remembers changes from now on. */
  watch(): void {
    if (this.#removeListener !== undefined || this.#isClosed) return;
    // A client may have connected to a process that has ended since.
    this.#changedAt = performance.now();
    this.#removeListener = this.#onChange(() => {
      this.#changedAt = performance.now();
      this.#sendToAll(REFETCH);
    });
  }

  readonly stream: EventStream = (send, end) => {
    const client: Client = { send, end };
    // The client has read its flags a moment ago, perhaps before the change.
    send(RETRY + (performance.now() - this.#changedAt < RECENT_MS ? REFETCH : ''));
    if (this.#isClosed) {
      end();
      return () => {};
    }
    this.#clients.add(client);
    this.#timer ??= startTimer(() => this.#sendToAll(PING));
    return () => this.#remove(client);
  };

  /** Ends all streams, so that a server can close. */
  close(): void {
    this.#isClosed = true;
    this.#removeListener?.();
    for (const client of this.#clients) {
      this.#remove(client);
      client.end();
    }
  }

  #sendToAll(text: string): void {
    for (const { send } of this.#clients) send(text);
  }

  #remove(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

interface Client {
  readonly send: (text: string) => void;
  readonly end: () => void;
}

function startTimer(callback: () => void): ReturnType<typeof setInterval> {
  const timer = setInterval(callback, PING_MS) as ReturnType<typeof setInterval> & { unref?(): void };
  timer.unref?.(); // runtimes of fetch have no such method
  return timer;
}

const REFETCH = 'data: {"type":"refetchEvaluation"}\n\n';
const RETRY = 'retry: 5000\n\n';
const RECENT_MS = 60_000;
// HTML standard, "Authoring notes" of server-sent events: a comment every 15 seconds keeps proxies from closing the connection.
const PING = ':\n\n';
const PING_MS = 15_000;
