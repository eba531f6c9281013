/** The octets that `text` writes in base64url without padding (RFC 4648 5); `undefined` if they are written otherwise. */
export function decodeBase64url(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64url');
  // Buffer skips what it does not know and drops unused bits: only the text that it would write itself is accepted.
  return octets.toString('base64url') === text ? octets : undefined;
}
