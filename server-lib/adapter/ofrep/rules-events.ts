import { nodeCrypto } from '../../core/node-crypto.ts';
import type { EventStream } from '../protocol-response.ts';

/** The rules that {@link RulesEvents} tells of. */
export interface WatchedRules {
  /** Calls its listener when other rules are in force, until the function that it returns is called. */
  onChange(listener: () => void): () => void;
  revision(): string | undefined;
}

/** Tells the clients that listen of each change of the rules. */
export class RulesEvents {
  readonly #rules: WatchedRules;
  readonly #clients: Set<Client> = new Set();
  #stop: (() => void) | undefined;
  #isClosed = false;

  constructor(rules: WatchedRules) {
    this.#rules = rules;
  }

  /** The stream for a client that has read its flags by the rules with the tag `known`. */
  streamFrom(known: string | undefined): EventStream {
    return (send, end) => {
      const isBehind = known !== undefined && known !== tagOf(this.#rules.revision());
      send(isBehind ? RETRY + REFETCH : RETRY);
      if (this.#isClosed) {
        end();
        return () => {};
      }
      const client: Client = { send, end };
      this.#clients.add(client);
      this.#stop ??= this.#start();
      return () => this.#remove(client);
    };
  }

  /** Ends all streams, so that a server can close. */
  close(): void {
    this.#isClosed = true;
    for (const client of this.#clients) {
      this.#remove(client);
      client.end();
    }
  }

  #start(): () => void {
    const removeListener = this.#rules.onChange(() => this.#sendToAll(REFETCH));
    const timer = setInterval(() => this.#sendToAll(PING), PING_MS) as Timer;
    timer.unref?.(); // runtimes of fetch have no such method
    return () => {
      removeListener();
      clearInterval(timer);
    };
  }

  #sendToAll(text: string): void {
    for (const { send } of this.#clients) send(text);
  }

  #remove(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }
}

/** Identifies the rules of a revision. A hash, because the site may use any string as a revision. */
export function tagOf(revision = ''): string {
  return nodeCrypto().createHash('sha256').update(revision).digest('base64url').slice(0, 16);
}

interface Client {
  readonly send: (text: string) => void;
  readonly end: () => void;
}

type Timer = ReturnType<typeof setInterval> & { unref?(): void };

const REFETCH = 'data: {"type":"refetchEvaluation"}\n\n';
const RETRY = 'retry: 5000\n\n';
// HTML standard, "Authoring notes" of server-sent events: a comment every 15 seconds keeps proxies from closing the connection.
const PING = ':\n\n';
const PING_MS = 15_000;
