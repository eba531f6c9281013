import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

const FILE = new URL('../RESULTS.md', import.meta.url);

/** Puts `text` into RESULTS.md, between the marks of the section `name`; the other sections stay as they are. */
export function writeSection(name, text) {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const before = readFileSync(FILE, 'utf8');
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`RESULTS.md has no section ${name}`);
  const section = `${begin}\n\n${machine()}\n\n${text.trim()}\n\n`;
  writeFileSync(FILE, before.slice(0, from) + section + before.slice(to));
}

function machine() {
  const date = new Date().toISOString().slice(0, 10);
  const model = cpus()[0]?.model.trim() || process.arch;
  return `_${date}, Node ${process.versions.node}, ${availableParallelism()} × ${model}._`;
}
