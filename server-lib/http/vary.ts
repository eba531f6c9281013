import type { ServerResponse } from 'node:http';
import { readHeader, writeHeader } from './response-headers.ts';

/** Adds `field` to the response's `Vary` unless it is there (RFC 9110 12.5.5: a list without regard to case). */
export function addVary(response: ServerResponse, field: string): void {
  const fields = [readHeader(response, 'vary') ?? []].flat().flatMap((value) => String(value).split(','));
  const present = fields.map((one) => one.trim()).filter((one) => one !== '');
  if (present.some((one) => one === '*' || one.toLowerCase() === field.toLowerCase())) return;
  writeHeader(response, 'vary', [...present, field].join(', '));
}
