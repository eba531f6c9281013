import type { ServerResponse } from 'node:http';
import type { Evaluation } from '../core/evaluation.ts';
import { acknowledge } from './acknowledge.ts';
import { beforeHead, type HeaderChange } from './before-head.ts';
import { isPrivate, keepPrivate, markPrivate } from './private-response.ts';
import { attempt, rememberHeaders, takesHeaders } from './response-headers.ts';

/**
 * The head of a response that may have to say something to one reader: those of development, and those of requests that
 * carry the override cookie or set it. Other responses are not even looked at.
 */
export class ResponseHead {
  /** Whether every response of this server acknowledges its flags (docs/protocol.md section 5.1). */
  readonly isDevelopment: boolean;
  readonly #response: ServerResponse;
  readonly #evaluations: () => readonly Evaluation[];
  readonly #isHeard: boolean;
  readonly #reserved: number;
  #isAcknowledged = false;
  #isKept = false;

  constructor(response: ServerResponse, isDevelopment: boolean, evaluations: () => readonly Evaluation[]) {
    this.isDevelopment = isDevelopment;
    this.#response = response;
    this.#evaluations = evaluations;
    this.#reserved = attempt(() => Object.hasOwn(response, 'writeHead')) === true ? FOR_OTHERS : 0;
    const hold = (): void => {
      if (this.#isKept) keepPrivate(response);
    };
    this.#isHeard = beforeHead(response, () => this.#change(), hold);
  }

  /** From here on the response names the flags that were evaluated. */
  acknowledge(): void {
    this.#isAcknowledged = true;
  }

  /** From here on the response is kept out of caches. */
  keepPrivate(): void {
    markPrivate(this.#response);
    // A frozen response tells nobody when its head is sent: now is better than never.
    if (!this.#isHeard && takesHeaders(this.#response)) keepPrivate(this.#response);
  }

  #change(): HeaderChange | undefined {
    const response = this.#response;
    const evaluations = this.#isAcknowledged && !SILENT.has(response) ? this.#evaluations() : [];
    if (evaluations.length === 0 && !isPrivate(response)) return undefined;
    return () => {
      const putBack = rememberHeaders(response);
      keepPrivate(response);
      const isAcknowledged = evaluations.length > 0 && acknowledge(response, evaluations, this.#reserved);
      this.#isKept = isAcknowledged || isPrivate(response);
      if (!this.#isKept) putBack(); // no room: the response names no flag
    };
  }
}

// A middleware that wrapped writeHead before us changes the head after us: it sets a session's cookie, or an encoding.
const FOR_OTHERS = 512;

// The manifest's own response has evaluated every flag, and says nothing of the page.
const SILENT = new WeakSet<ServerResponse>();

/** Leaves the flags that were evaluated out of a response. */
export function silence(response: ServerResponse): void {
  SILENT.add(response);
}
