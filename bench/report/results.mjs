import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

const FILE = new URL('../RESULTS.md', import.meta.url);

/** Writes `text` to the section `name` of RESULTS.md and leaves the other sections unchanged. */
export function writeSection(name, text) {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const before = readFileSync(FILE, 'utf8');
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`Expected the marks of the section ${name} in RESULTS.md, found none`);
  const section = `${begin}\n\n${machine()}\n\n${text.trim()}\n\n`;
  writeFileSync(FILE, before.slice(0, from) + section + before.slice(to));
}

/** The text of the section `name`. */
export function readSection(name) {
  const [, section] = readFileSync(FILE, 'utf8').split(new RegExp(`<!-- (?:begin|end) ${name} -->`));
  if (section === undefined) throw new Error(`Expected the section ${name} in RESULTS.md, found none`);
  return section;
}

function machine() {
  const date = new Date().toISOString().slice(0, 10);
  const model = cpus()[0]?.model.trim() || process.arch;
  return `_${date}, Node ${process.versions.node}, ${availableParallelism()} × ${model}._`;
}
