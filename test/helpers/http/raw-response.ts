import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';

/** Every byte of the response of `app`, with the status line. The date is replaced. */
export async function rawResponse(
  app: RequestListener,
  request: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  try {
    const { port } = server.address() as { readonly port: number };
    const fields = Object.entries({ Host: 'localhost', Connection: 'close', ...headers });
    const lines = [`${request} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''];
    return (await sendRaw(port, lines.join('\r\n'))).replace(/^Date: .*$/m, 'Date: now');
  } finally {
    server.close();
  }
}

function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('latin1');
    socket.on('data', (part) => {
      answer += part;
    });
    socket.once('end', () => resolve(answer));
    socket.once('error', reject);
  });
}
