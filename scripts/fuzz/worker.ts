import { type Chunk, runChunk } from './chunk.ts';
import { TARGETS } from './targets.ts';

// A process of its own for each core: takes a chunk, answers with its result, ends with its parent.
process.on('message', (chunk: Chunk) => {
  process.send?.(runChunk(chunk, TARGETS[chunk.target]));
});
process.on('disconnect', () => process.exit());
