/**
 * Whether `value` is an origin exactly as a browser writes it in `Origin`. Plain http only where no request ever
 * leaves the machine.
 */
export function isOrigin(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { origin, protocol, hostname } = new URL(value);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  return isSafe && origin === value && HOST.test(hostname);
}

/** Whether `value` is a path of this host and nothing else: to a browser "//a.example" and "/\a.example" are others. */
export function isPath(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value, BASE) && new URL(value, BASE).pathname === value;
}

const BASE = 'https://host.invalid'; // RFC 2606 2: nobody's
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const HOST = /^[\w.:[\]-]+$/; // a URL may have "*" in its host, which here would look like a pattern and match nothing
