import { startFlask } from '../../helpers/processes/flask.ts';
import type { ConformanceHost } from '../node-host.ts';

export const host: ConformanceHost = {
  name: 'Flask',
  async start() {
    const { origin, close } = await startFlask('conformance.py');
    return { url: origin.replace('localhost', '127.0.0.1'), stop: close };
  },
};
