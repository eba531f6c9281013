/** The code blocks of one language, in order. */
export function codeBlocks(markdown: string, language: string): readonly string[] {
  return [...markdown.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```/gm)].flatMap(([, tag, code]) =>
    tag === language && code !== undefined ? code : [],
  );
}

/** The targets of links and images that stay inside the repository, without their `#fragment`. */
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
