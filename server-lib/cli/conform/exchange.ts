import { connect, type Socket } from 'node:net';

/** A request as it is sent, with one character (U+0000 to U+00FF) for each byte. */
export interface RawRequest {
  readonly method: string;
  /** The request target: a path, or a URL (RFC 9112 3.2). */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  readonly version?: '1.0' | '1.1';
}

/** A response as it was received, with one character for each byte. */
export interface RawResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The number of bytes before the body: the status line, the headers and the empty line. */
  readonly headBytes: number;
  readonly body: string;
}

/** Why a request has no response, in words. */
export class ExchangeError extends Error {
  readonly isTimeout: boolean;

  constructor(message: string, isTimeout = false) {
    super(message);
    this.isTimeout = isTimeout;
  }
}

export interface Limits {
  /** For one response. */
  readonly milliseconds: number;
  readonly bytes: number;
}

/**
 * Sends HTTP requests to one host, one at a time, over a socket: the clients of Node and of browsers change headers, join
 * cookies and hide bytes that are not UTF-8.
 */
export class Exchange {
  readonly #host: string;
  readonly #port: number;
  readonly #limits: Limits;
  #idle: Socket | undefined;

  constructor({ host, port }: { readonly host: string; readonly port: number }, limits: Limits) {
    this.#host = host;
    this.#port = port;
    this.#limits = limits;
  }

  /** The response to a request. Rejects with an {@link ExchangeError}. */
  async send(request: RawRequest): Promise<RawResponse> {
    // Without keep-alive, the end of the connection shows whether a response to HEAD had a body.
    const isLast = request.method === 'HEAD' || request.version === '1.0';
    const text = requestText(request, isLast);
    const idle = isLast ? undefined : this.#idle;
    this.#idle = undefined;
    if (idle !== undefined) {
      const response = await this.#receive(idle, request, text).catch((error) => {
        if (error instanceof ClosedBeforeResponse) return undefined; // the server had closed the idle connection
        throw error;
      });
      if (response !== undefined) return response;
    }
    return this.#receive(connect(this.#port, this.#host), request, text);
  }

  close(): void {
    this.#idle?.destroy();
    this.#idle = undefined;
  }

  #keep(socket: Socket): void {
    this.#idle = socket;
    // Without a listener, a socket does not notice that the server has closed it.
    socket.resume().once('end', () => {
      socket.destroy();
      if (this.#idle === socket) this.#idle = undefined;
    });
  }

  #receive(socket: Socket, { method, version }: RawRequest, text: string): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      const reader = new ResponseReader(method);
      const timer = setTimeout(() => {
        const seconds = this.#limits.milliseconds / 1_000;
        fail(new ExchangeError(`the response did not end within ${seconds} seconds`, true));
      }, this.#limits.milliseconds);
      const finish = (): void => {
        clearTimeout(timer);
        socket.removeAllListeners();
        socket.on('error', () => {});
      };
      const fail = (error: Error): void => {
        finish();
        socket.destroy();
        reject(error);
      };
      const succeed = (response: RawResponse, isReusable: boolean): void => {
        finish();
        if (isReusable && version !== '1.0') this.#keep(socket);
        else socket.destroy();
        resolve(response);
      };
      socket.setNoDelay(true);
      socket.on('data', (part) => {
        try {
          reader.add(part.toString('latin1'), this.#limits.bytes);
          const response = reader.response();
          if (response !== undefined) succeed(response, reader.isReusable());
        } catch (error) {
          fail(error as Error);
        }
      });
      const ended = (): void => {
        try {
          succeed(reader.responseAtEnd(), false);
        } catch (error) {
          fail(error as Error);
        }
      };
      socket.on('end', ended);
      socket.on('close', ended);
      socket.on('error', (error: NodeJS.ErrnoException) => {
        // A server that refuses a large request may reset the connection after its response.
        if (reader.isEmpty() && error.code !== 'ECONNRESET' && error.code !== 'EPIPE') {
          fail(new ExchangeError(`no connection: ${error.code ?? error.message}`));
        } else ended();
      });
      socket.write(text, 'latin1');
    });
  }
}

class ClosedBeforeResponse extends ExchangeError {}

function requestText({ method, target, headers, body, version = '1.1' }: RawRequest, isLast: boolean): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const connection = isLast ? ['Connection: close'] : [];
  return `${[`${method} ${target} HTTP/${version}`, ...lines, ...connection].join('\r\n')}\r\n\r\n${body ?? ''}`;
}

/** Reads one response from the bytes of a connection. */
class ResponseReader {
  readonly #method: string;
  #text = '';
  #head: Omit<RawResponse, 'body'> | undefined;

  constructor(method: string) {
    this.#method = method;
  }

  add(part: string, limit: number): void {
    this.#text += part;
    if (this.#text.length > limit) throw new ExchangeError(`the response has more than ${limit} bytes`);
  }

  isEmpty(): boolean {
    return this.#text === '' && this.#head === undefined;
  }

  /** The response, if its end is known without the end of the connection. */
  response(): RawResponse | undefined {
    const head = this.#readHead();
    if (head === undefined || this.#method === 'HEAD') return undefined;
    const body = this.#framedBody(head);
    return body === undefined ? undefined : { ...head, body: body.text };
  }

  responseAtEnd(): RawResponse {
    if (this.isEmpty()) throw new ClosedBeforeResponse('the connection was closed without a response');
    const head = this.#readHead();
    if (head === undefined) throw new ExchangeError('the connection was closed within the headers');
    if (this.#method === 'HEAD') return { ...head, body: this.#text };
    const isFramed = this.#framing(head) !== 'until the end';
    const body = isFramed ? this.#framedBody(head)?.text : this.#text;
    if (body === undefined) throw new ExchangeError('the connection was closed within the body');
    return { ...head, body };
  }

  /** Whether the connection can be used for another request: nothing follows the response, and the server keeps it open. */
  isReusable(): boolean {
    const head = this.#head;
    if (head === undefined || this.#framedBody(head)?.length !== this.#text.length) return false;
    return !/\bclose\b/i.test(headerOf(head, 'connection') ?? '');
  }

  #readHead(): Omit<RawResponse, 'body'> | undefined {
    while (this.#head === undefined) {
      const end = this.#text.indexOf('\r\n\r\n');
      if (end === -1) {
        if (!looksLikeHttp(this.#text)) throw new ExchangeError('the response is not HTTP');
        return undefined;
      }
      const head = parseHead(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 4);
      if (head.status >= 200) this.#head = head; // 1xx is not the response
    }
    return this.#head;
  }

  #framing(head: Omit<RawResponse, 'body'>): number | 'chunked' | 'until the end' {
    if (head.status === 204 || head.status === 304) return 0;
    if (/\bchunked\b/i.test(headerOf(head, 'transfer-encoding') ?? '')) return 'chunked';
    const length = headerOf(head, 'content-length');
    return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : 'until the end';
  }

  #framedBody(head: Omit<RawResponse, 'body'>): { readonly text: string; readonly length: number } | undefined {
    const framing = this.#framing(head);
    if (framing === 'until the end') return undefined;
    if (framing === 'chunked') return readChunks(this.#text);
    return this.#text.length < framing ? undefined : { text: this.#text.slice(0, framing), length: framing };
  }
}

function looksLikeHttp(text: string): boolean {
  return 'HTTP/1.'.startsWith(text.slice(0, 7));
}

function parseHead(text: string): Omit<RawResponse, 'body'> {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) throw new ExchangeError('the response is not HTTP');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')] as const;
  });
  return { status: Number(status), headers, headBytes: text.length + 4 };
}

/** The body of a chunked response (RFC 9112 7.1) and the bytes that it took; `undefined` while chunks are missing. */
function readChunks(text: string): { readonly text: string; readonly length: number } | undefined {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const line = text.indexOf('\r\n', at);
    if (line === -1) return undefined;
    const size = Number.parseInt(text.slice(at, line), 16);
    if (!(size >= 0)) throw new ExchangeError('the response has an invalid chunk');
    if (size === 0) {
      const end = text.indexOf('\r\n', line + 2);
      return end === -1 ? undefined : { text: parts.join(''), length: end + 2 };
    }
    if (text.length < line + 2 + size + 2) return undefined;
    parts.push(text.slice(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

/** The value of a header, several fields joined as one (RFC 9110 5.3); `undefined` if it is absent. */
export function headerOf({ headers }: Pick<RawResponse, 'headers'>, name: string): string | undefined {
  const values = headers.flatMap(([one, value]) => (one.toLowerCase() === name ? [value] : []));
  return values.length === 0 ? undefined : values.join(', ');
}
