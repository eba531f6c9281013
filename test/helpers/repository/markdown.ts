import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The code blocks of one language, in order. */
export function codeBlocks(markdown: string, language: string): readonly string[] {
  return [...markdown.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```/gm)].flatMap(([, tag, code]) =>
    tag === language && code !== undefined ? code : [],
  );
}

/** The targets of links and images inside the repository, without their `#fragment`. */
export function relativeLinks(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|\b(?:src|srcset|href)="([^"]+)"/g)];
  return targets
    .map(([, link, attribute]) => (link ?? attribute ?? '').replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/i.test(target));
}

/** The names in every `npm run name`. */
export function namedScripts(markdown: string): readonly string[] {
  return [...markdown.matchAll(/\bnpm run ([\w:-]+)/g)].flatMap(([, name]) => name ?? []);
}

/** One step of a section of README: a command to run or a file to create. */
export type Step =
  | { readonly kind: 'command'; readonly line: string }
  | { readonly kind: 'file'; readonly name: string; readonly text: string };

/** The text under a heading, up to the next heading. */
export function sectionOf(markdown: string, heading: string): string {
  const [, after] = markdown.split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (after === undefined) throw new Error(`there is no section "${heading}"`);
  return after.split(/^#+ (?=\w)/m)[0] ?? '';
}

/**
 * The steps of a section, in order. The first line of a file names it (`// app.ts`). JSON has no comments, so the text before
 * such a file ends in its name.
 */
export function stepsOf(section: string): readonly Step[] {
  return [...section.matchAll(/([^\n]*)\n\n```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, before = '', tag, text = '']): Step[] => {
      if (tag === 'sh') {
        const lines = text.trim().split('\n');
        return lines.map((line) => ({ kind: 'command', line }));
      }
      const name = /^\/\/ ([\w.-]+)$/m.exec(text.split('\n')[0] ?? '')?.[1] ?? /`([\w.-]+)`:$/.exec(before)?.[1];
      return name === undefined ? [] : [{ kind: 'file', name, text }];
    },
  );
}

/** Creates the files of some steps in a folder. */
export function createFiles(folder: string, steps: readonly Step[]): void {
  mkdirSync(folder, { recursive: true });
  for (const step of steps) if (step.kind === 'file') writeFileSync(path.join(folder, step.name), step.text);
}
