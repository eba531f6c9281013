/** A part of a file, from `start` to before `end`. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The comments of a source file, in order, by the ending of its name. In doubt, text is not a comment: a flag that is used must
 * not be called unused. A file of an unknown language has none.
 */
export function findComments(path: string, text: string): readonly TextRange[] {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const found = LANGUAGES.filter(({ names }) => names.test(name)).flatMap(({ find }) => find(text));
  return found.sort((one, other) => one.start - other.start);
}

interface Language {
  readonly names: RegExp;
  find(text: string): readonly TextRange[];
}

const STRINGS = String.raw`'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?`;
// After these characters, a slash begins a regular expression and not a division.
const REGEX_LITERAL = String.raw`(?<=(?:[(,=:[!&|?{};+]|\breturn|=>)\s*)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/`;
// A URL and a glob (http://, src/*) do not begin a comment: there is a space, a bracket or a semicolon before it.
const SLASH_COMMENT = String.raw`(?<![^\s;,{}()[\]>])(\/\/[^\n]*|\/\*[\s\S]*?\*\/)`;
const BACKTICKS = '`(?:[^`\\\\]|\\\\[\\s\\S])*`?';
const C_LIKE = new RegExp(`${SLASH_COMMENT}|${STRINGS}|${BACKTICKS}|${REGEX_LITERAL}`, 'g');
// Not #{…} of Ruby's texts and not #[…] of PHP's attributes.
const HASH_COMMENT = String.raw`(?<!\S)(#(?![{[])[^\n]*)`;
const SCRIPT = new RegExp(`'''[\\s\\S]*?'''|"""[\\s\\S]*?"""|${HASH_COMMENT}|${STRINGS}`, 'g');
const PHP = new RegExp(`${SLASH_COMMENT}|${HASH_COMMENT}|${STRINGS}`, 'g');

/** What the first group of `pattern` matches; the other alternatives are strings, which are passed over. */
function matchesOf(text: string, pattern: RegExp, offset = 0): readonly TextRange[] {
  const found: TextRange[] = [];
  for (const match of text.matchAll(pattern)) {
    const [all, comment] = match;
    if (comment !== undefined) found.push({ start: offset + match.index, end: offset + match.index + all.length });
  }
  return found;
}

/** The matches inside the parts of a file that the group of `sections` matches. */
function matchesInSections(text: string, sections: RegExp, pattern: RegExp): readonly TextRange[] {
  return [...text.matchAll(sections)].flatMap((match) => {
    const [all, section = ''] = match;
    return matchesOf(section, pattern, match.index + all.indexOf(section));
  });
}

/** Whether `//` stands in the text of an element, as in `<p>one // {two}</p>`. */
function isInMarkup(text: string, { start, end }: TextRange): boolean {
  const before = text.slice(text.lastIndexOf('\n', start) + 1, start);
  return text.startsWith('//', start) && before.trim() !== '' && /<\/|\/>/.test(text.slice(start, end));
}

const PHP_SECTION = /<\?(?:php|=)?([\s\S]*?)(?:\?>|$(?![\s\S]))/g;
const SCRIPT_ELEMENT = /<script\b[^>]*>([\s\S]*?)<\/script>/g;

// Template engines evaluate their tags in a comment of HTML, too.
const TEMPLATE_TAG = /\{\{|\{%|<%|<\?|[$#!]\{|@\w/;

function withoutTags(text: string, ranges: readonly TextRange[]): readonly TextRange[] {
  return ranges.filter(({ start, end }) => !TEMPLATE_TAG.test(text.slice(start, end)));
}

/** A comment of Pug and all lines below it that are indented further. */
const PUG_COMMENT = /^([ \t]*)\/\/[^\n]*(?:\n\1[ \t]+[^\n]*|\n[ \t]*(?=\n))*/gm;

const LANGUAGES: readonly Language[] = [
  {
    names: /\.(?:[cm]?[jt]s|json[c5]|java|kts?|scala|groovy|go|rs|c|h|cc|cpp|hpp|cs|swift|dart|proto|gradle)$/,
    find: (text) => matchesOf(text, C_LIKE),
  },
  { names: /\.[jt]sx$/, find: (text) => matchesOf(text, C_LIKE).filter((range) => !isInMarkup(text, range)) },
  { names: /(?<!\.blade)\.php$/, find: (text) => matchesInSections(text, PHP_SECTION, PHP) },
  {
    names:
      /\.(?:pyi?|rb|rake|sh|bash|zsh|fish|ya?ml|toml|exs?|p[lm]|r|tf|env|conf|ini|properties)$|^(?:dockerfile|makefile|\.env)/,
    find: (text) => matchesOf(text, SCRIPT),
  },
  { names: /\.(?:vue|svelte|astro)$/, find: (text) => matchesInSections(text, SCRIPT_ELEMENT, C_LIKE) },
  {
    names:
      /\.(?:x?html?|xml|svg|vue|svelte|astro|njk|nunjucks|j2|jinja2?|twig|liquid|ejs|erb|eta|hbs|handlebars|mustache|cshtml|jsp|ftl|tmpl|gohtml|php)$/,
    find: (text) => withoutTags(text, matchesOf(text, /(<!--[\s\S]*?-->)/g)),
  },
  // Not the {{#if}} of Handlebars.
  { names: /\.(?:html?|njk|nunjucks|j2|jinja2?|twig)$/, find: (text) => matchesOf(text, /(?<!\{)(\{#[\s\S]*?#\})/g) },
  {
    names: /\.(?:html?|njk|nunjucks|j2|jinja2?|twig|liquid)$/,
    find: (text) => matchesOf(text, /(\{%-?\s*comment\b[\s\S]*?\{%-?\s*endcomment\s*-?%\})/g),
  },
  { names: /\.(?:ejs|erb|eta|jsp)$/, find: (text) => matchesOf(text, /(<%(?:#|--)[\s\S]*?%>)/g) },
  // A short comment ends at the first braces.
  {
    names: /\.(?:hbs|handlebars|mustache)$/,
    find: (text) => matchesOf(text, /(\{\{~?!--[\s\S]*?--~?\}\}|\{\{~?!(?!--)[\s\S]*?\}\})/g),
  },
  { names: /\.blade\.php$/, find: (text) => matchesOf(text, /(\{\{--[\s\S]*?--\}\})/g) },
  { names: /\.(?:cshtml|razor)$/, find: (text) => matchesOf(text, /(@\*[\s\S]*?\*@)/g) },
  { names: /\.ftlh?$/, find: (text) => matchesOf(text, /(<#--[\s\S]*?-->)/g) },
  { names: /\.(?:tmpl|gohtml)$/, find: (text) => matchesOf(text, /(\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\})/g) },
  {
    names: /\.(?:pug|jade)$/,
    find: (text) =>
      withoutTags(
        text,
        [...text.matchAll(PUG_COMMENT)].map(({ index, 0: all }) => ({ start: index, end: index + all.length })),
      ),
  },
];
