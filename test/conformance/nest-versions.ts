import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { run } from '../helpers/processes/process.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { type ConformanceHost, nodeHost } from './node-host.ts';

/**
 * An earlier version of Nest. Its packages have the same names as those of the newest version, so npm installs them into a
 * folder of their own, with the site as one file.
 */
export function earlierNest(major: number, platform: 'express' | 'fastify'): ConformanceHost {
  const shown = { express: 'Express', fastify: 'Fastify' }[platform];
  const module = `nest-${platform}`;
  return {
    name: `Nest ${major} on ${shown}`,
    async start() {
      const { path: folder, remove } = temporaryFolder();
      const program = path.join(folder, 'serve-sites.mjs');
      writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
      mkdirSync(path.join(folder, 'node_modules'));
      const names = ['common', 'core', `platform-${platform}`].map((name) => `@nestjs/${name}@${major}`);
      const { code, output } = await run('npm', ['install', '--no-audit', ...names, 'reflect-metadata', 'rxjs'], {
        cwd: folder,
      });
      if (code !== 0) throw new Error(output);
      await build({
        stdin: {
          contents: `
            import { serve } from './hosts/${module}.ts';
            import { serveSites } from './node-host.ts';
            await serveSites(serve, process.argv.slice(2));`,
          resolveDir: path.join(ROOT, 'test/conformance'),
        },
        outfile: program,
        bundle: true,
        platform: 'node',
        format: 'esm',
        external: ['@nestjs/*', 'reflect-metadata'],
        logLevel: 'silent',
      });
      const running = await nodeHost({ name: this.name, program: [program] }).start();
      const stop = (): void => {
        running.stop();
        remove();
      };
      return { url: running.url, stop };
    },
  };
}
