import { pageOf } from '../../definitions.mjs';
import { gk, pageHeaders, queryOf } from '../../flags.js';

export async function GET(request) {
  const { flags, late } = queryOf(request);
  const gate = await gk();
  const parts = [pageOf(gate, flags)];
  const body = new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      controller.enqueue(new TextEncoder().encode(part ?? ` ${pageOf(gate, late)}`));
      if (part === undefined) controller.close();
    },
  });
  return gk.finish(new Response(body, { headers: pageHeaders({ 'Content-Type': 'text/plain' }) }));
}
