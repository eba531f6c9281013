import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { MAX_DOCUMENT_BYTES } from '../../rules/document/read-document.ts';

/**
 * Compresses a document, so that a thousand servers that read it do not transfer a gigabyte. Base64, because every client reads
 * strings. The empty string for a small document, and for one that does not get smaller.
 */
export async function packDocument(text: string): Promise<string> {
  const bytes = Buffer.from(text);
  if (bytes.length < MIN_PACKED_BYTES) return '';
  const packed = await compress(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const base64 = packed.toString('base64');
  return base64.length < bytes.length ? base64 : '';
}

/** The text of a packed document; `undefined` if it is damaged. */
export async function unpackDocument(packed: string): Promise<string | undefined> {
  try {
    const bytes = await decompress(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_DOCUMENT_BYTES });
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const [compress, decompress] = [promisify(brotliCompress), promisify(brotliDecompress)];
const MIN_PACKED_BYTES = 64 * 1024;
const QUALITY = 5; // 16 MiB in less than a second
