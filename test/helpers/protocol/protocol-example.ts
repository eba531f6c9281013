import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../../docs/protocol.md');

/** The example manifest in docs/protocol.md. */
export function protocolExample(): unknown {
  const block = /```json\n(\{\n {2}"gatekeeper": 1,\n.*?)```/s.exec(readFileSync(PAGE, 'utf8'))?.[1];
  if (block === undefined) throw new Error(`${PAGE} has no manifest in a json block`);
  return JSON.parse(block);
}
