/** `count` bytes, the same in every run: for keys and other values that are random in an application. */
export function keyBytes(count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, (_, at) => (at * 37 + 11) % 256));
}
