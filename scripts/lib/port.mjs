import net from 'node:net';

/** The port to serve on: PORT, 3000 if unset; undefined where PORT is not a port. */
export function wantedPort(text = process.env.PORT) {
  if (!text) return 3000;
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** Whether nothing listens on a port yet. */
export function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}
