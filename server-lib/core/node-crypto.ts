import type * as NodeCrypto from 'node:crypto';

/**
 * `node:crypto`, loaded when it is first used. Importing it takes a fifth of the time of importing this package (Node 20), and
 * not every host of this package has it.
 */
export function nodeCrypto(): typeof NodeCrypto {
  return process.getBuiltinModule('node:crypto');
}
