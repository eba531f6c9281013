import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Chunk, ChunkResult } from './chunk.ts';

/** Runs `chunks` in `size` processes at a time and calls `onResult` with each result. */
export async function runChunksInWorkers(
  chunks: readonly Chunk[],
  { size, onResult }: { readonly size: number; readonly onResult: (result: ChunkResult) => void },
): Promise<void> {
  const remaining = [...chunks].reverse();
  await Promise.all(Array.from({ length: size }, () => runWorker(() => remaining.pop(), onResult)));
}

function runWorker(nextChunk: () => Chunk | undefined, onResult: (result: ChunkResult) => void): Promise<void> {
  // The fork inherits the parent's execArgv, and with it the TypeScript loader.
  const worker = fork(fileURLToPath(new URL('worker.ts', import.meta.url)));
  const sendNext = (): void => {
    const chunk = nextChunk();
    if (chunk === undefined) worker.disconnect();
    else worker.send(chunk);
  };
  return new Promise((resolve, reject) => {
    worker.on('message', (result: ChunkResult) => {
      onResult(result);
      sendNext();
    });
    worker.on('error', reject);
    worker.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`Expected exit code 0 from a worker, got ${code}`)),
    );
    sendNext();
  });
}
