import decode from 'qr/decode.js';

/** A QR code as an SVG element: its `viewBox`, and the path of its dark modules. */
export interface DrawnCode {
  readonly viewBox: string;
  readonly path: string;
}

/** Reads a QR code as a camera does, with another library than the one that has drawn it. Throws if it cannot be read. */
export function readQrCode({ viewBox, path }: DrawnCode): string {
  const [left = 0, top = 0, width = 0, height = 0] = viewBox.split(' ').map(Number);
  const data = new Uint8Array(width * height * PIXELS ** 2 * 4).fill(0xff);
  const size = { width: width * PIXELS, height: height * PIXELS };
  const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/g)];
  if (runs.map(([run]) => run).join('') !== path) throw new Error('expected rectangles of one row');
  for (const [x = 0, y = 0, length = 0] of runs.map(([, ...numbers]) => numbers.map(Number))) {
    for (let row = (y - top) * PIXELS; row < (y - top + 1) * PIXELS; row += 1) {
      const start = row * size.width + (x - left) * PIXELS;
      for (let at = start; at < start + length * PIXELS; at += 1) data.fill(0, at * 4, at * 4 + 3);
    }
  }
  return decode({ ...size, data });
}

const PIXELS = 3; // for each module
