import type { ContactSheet } from '../../app/compare/contact-sheet.ts';

const WIDTH = 640; // of one picture
const GAP = 24;
const LINE = 22;
const COLUMNS = 3;

/** Decodes a PNG image in a `data:` URL. The extension's policy allows neither to fetch such a URL nor to show it. */
function decodeImage(image: string): Promise<ImageBitmap> {
  const bytes = Uint8Array.from(atob(image.slice(image.indexOf(',') + 1)), (character) => character.charCodeAt(0));
  return createImageBitmap(new Blob([bytes], { type: 'image/png' }));
}

/** Draws an image on a canvas of its size. */
export async function drawImage(canvas: HTMLCanvasElement, image: string): Promise<void> {
  const bitmap = await decodeImage(image);
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
}

/** Draws the whole sheet as a PNG image. */
export async function drawSheet({ title, site, direction, pictures }: ContactSheet): Promise<Blob> {
  const bitmaps = await Promise.all(pictures.map(({ image }) => decodeImage(image)));
  const columns = Math.min(COLUMNS, pictures.length);
  const pictureHeight = Math.max(...bitmaps.map(({ width, height }) => (height * WIDTH) / width));
  const lines = 1 + Math.max(...pictures.map(({ lines: { length } }) => length));
  const rowHeight = pictureHeight + lines * LINE + GAP;
  const head = 2 * LINE + GAP;
  const canvas = new OffscreenCanvas(
    columns * (WIDTH + GAP) + GAP,
    Math.ceil(head + Math.ceil(pictures.length / columns) * rowHeight + GAP),
  );
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the browser has no canvas');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.direction = direction === 'rtl' ? 'rtl' : 'ltr';
  context.textAlign = 'left';
  const write = (text: string, x: number, line: number, y: number, weight = 400): void => {
    context.fillStyle = '#14171d';
    context.font = `${weight} 15px system-ui, sans-serif`;
    context.fillText(text, x, y + line * LINE, WIDTH);
  };
  write(title, GAP, 1, 0, 700);
  write(site, GAP, 2, 0);
  for (const [at, { variant, lines: below }] of pictures.entries()) {
    const bitmap = bitmaps[at];
    if (bitmap === undefined) continue;
    const x = GAP + (at % columns) * (WIDTH + GAP);
    const y = head + Math.floor(at / columns) * rowHeight;
    const height = (bitmap.height * WIDTH) / bitmap.width;
    context.drawImage(bitmap, x, y, WIDTH, height);
    context.strokeStyle = '#c3c9d2';
    context.strokeRect(x + 0.5, y + 0.5, WIDTH - 1, height - 1);
    write(variant, x, 1, y + height, 700);
    for (const [line, text] of below.entries()) write(text, x, line + 2, y + height);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}
