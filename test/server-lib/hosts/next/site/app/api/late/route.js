import { late } from '../../../late.js';

export function POST() {
  late.release();
  return new Response(null, { status: 204 });
}
