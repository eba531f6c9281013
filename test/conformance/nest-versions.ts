import { bundleFor, packedCopy } from '../helpers/package/packed-copy.ts';
import { run } from '../helpers/processes/process.ts';
import { type ConformanceHost, nodeHost, sitesOf } from './node-host.ts';

/**
 * An earlier version of Nest. Its packages have the same names as those of the newest version, so npm installs them into a
 * folder of their own, with the site as one file.
 */
export function earlierNest(major: number, platform: 'express' | 'fastify'): ConformanceHost {
  const shown = { express: 'Express', fastify: 'Fastify' }[platform];
  const name = `Nest ${major} on ${shown}`;
  return {
    name,
    async start() {
      const packed = await packedCopy();
      const names = ['common', 'core', `platform-${platform}`].map((one) => `@nestjs/${one}@${major}`);
      const { code, output } = await run(
        'npm',
        ['install', '--no-audit', packed.tarball, ...names, 'reflect-metadata', 'rxjs'],
        { cwd: packed.folder },
      );
      if (code !== 0) throw new Error(output);
      const program = await bundleFor(packed, sitesOf(`nest-${platform}`));
      const running = await nodeHost({ name, program: [program] }).start();
      const stop = (): void => {
        running.stop();
        packed.remove();
      };
      return { url: running.url, stop };
    },
  };
}
