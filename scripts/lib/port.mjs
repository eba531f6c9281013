import net from 'node:net';

/** The port to serve on: PORT, or 3000 if it is unset; `undefined` if PORT is not a valid port. */
export function wantedPort(text = process.env.PORT) {
  if (!text) return 3000;
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** Whether a port is free. */
export function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}
