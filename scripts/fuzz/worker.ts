import { type Chunk, runChunk } from './chunk.ts';
import { TARGETS } from './targets.ts';

// One process per core: receives a chunk, replies with its result, and ends with its parent.
process.on('message', (chunk: Chunk) => {
  process.send?.(runChunk(chunk, TARGETS[chunk.target]));
});
process.on('disconnect', () => process.exit());
