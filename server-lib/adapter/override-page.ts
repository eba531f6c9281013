import { readField } from '../core/adapter-request.ts';
import { GatekeeperError } from '../core/errors.ts';
import { readRequestHeader } from '../core/incoming-request.ts';
import type { KeeperState } from '../core/keeper-state.ts';
import { readOptions } from '../core/read-options.ts';
import type { RequestGate } from '../core/request/request-gate.ts';
import { quoted } from '../core/values.ts';
import { isPath } from '../permission/grants/grant-options.ts';
import { MANIFEST_PATH } from '../wire/names.ts';
import { ownResponse, type ProtocolResponse, type ProtocolRoute } from './protocol-response.ts';
import type { Header, ResponseHead } from './response-changes.ts';
import { mayReadManifest, type RouteParts } from './routes.ts';

/** The options of `overridePage`. */
export interface OverridePageOptions {
  /** The path of the page; its files are below it. Default: `/gatekeeper`. */
  readonly path?: string;
  /** The path of the manifest, if it is not `/.well-known/gatekeeper.json`. */
  readonly manifestPath?: string;
}

/** The route of the override page. */
export interface OverridePageRoute<RouteGate> extends ProtocolRoute<RouteGate> {
  /** The path of the page, for a framework that mounts routes by their path. The files are below it. */
  readonly path: string;
}

/** The parts of a keeper that the page needs. */
export interface OverridePageParts extends RouteParts {
  readonly state: KeeperState;
}

/** What the build knows of the page: names of its files, and the texts for a browser without scripts, by language. */
interface PageIndex {
  readonly script: string;
  readonly preload: readonly string[];
  readonly style: string;
  readonly icon: string;
  readonly needsScript: Readonly<Record<string, string>>;
}

/**
 * The route of the page that does what the extension's popup does, for requests that may read the manifest. The page has no
 * route that writes: its script sets the cookie.
 */
export function overridePage(
  parts: OverridePageParts,
  options: OverridePageOptions = {},
): OverridePageRoute<RequestGate> {
  const owner = 'overridePage';
  const { path = '/gatekeeper', manifestPath = MANIFEST_PATH } = readOptions(owner, options, {
    path: true,
    manifestPath: true,
  });
  for (const [name, value] of Object.entries({ path, manifestPath })) {
    if (isPath(value) && !value.endsWith('/')) continue;
    const what = `${name} must be a plain path like /gatekeeper, without a slash at its end; got ${quoted(value)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `${owner}: ${what}`);
  }
  parts.pages.set(manifestPath, path);
  const isOurs = (at: string): boolean =>
    at.startsWith(path) && (at.length === path.length || FILE_PATH.test(at.slice(path.length)));
  return {
    path,
    matches: (method, at) => (method === 'GET' || method === 'HEAD') && at !== undefined && isOurs(at),
    respond(gate, headers, at = path) {
      if (!mayReadManifest(parts, gate)) return undefined;
      const name = FILE_PATH.exec(at.slice(path.length))?.[1] ?? '';
      return pageFiles().then(
        (files) => {
          if (name !== '') return fileResponse(files, name, headers);
          gate.startOwnResponse({ isQuiet: true });
          const page = { path, manifestPath, isFolder: at !== path, accepted: acceptedLanguages(gate) };
          return pageResponse(files, page, headers);
        },
        (cause) => {
          const what =
            'the files of the override page are missing; a bundler has left out a module of gatekeeper-flags';
          parts.state.report(new GatekeeperError('ERR_GK_OPTIONS', `${owner}: ${what}`, { cause }));
          return ownResponse({ headers, status: 404 });
        },
      );
    },
  };
}

// The names that the build gives to files.
const FILE_PATH = /^\/([\w-]+\.(?:js|css))?$/;

let loading: Promise<Readonly<Record<string, string>>> | undefined;

/** The files of the page, which are loaded for the first request that needs them. */
function pageFiles(): Promise<Readonly<Record<string, string>>> {
  loading ??= import('../page/page-files.ts').then(({ PAGE_FILES }) => PAGE_FILES);
  return loading;
}

/** A file whose name changes with its content. A name of another version of the package gets a 404. */
function fileResponse(
  files: Readonly<Record<string, string>>,
  name: string,
  headers: ResponseHead['headers'],
): ProtocolResponse {
  if (!Object.hasOwn(files, name)) return ownResponse({ headers, status: 404 });
  const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
  const set: readonly Header[] = [
    ['content-type', `${type}; charset=utf-8`],
    ['cache-control', 'private, max-age=31536000, immutable'],
  ];
  return ownResponse({ headers, content: files[name] ?? '', set });
}

interface PageLocation {
  readonly path: string;
  readonly manifestPath: string;
  /** Whether the page was requested with a slash at the end, so that its relative URLs begin one folder deeper. */
  readonly isFolder: boolean;
  readonly accepted: readonly string[];
}

function pageResponse(
  files: Readonly<Record<string, string>>,
  { path, manifestPath, isFolder, accepted }: PageLocation,
  headers: ResponseHead['headers'],
): ProtocolResponse {
  const { script, preload, style, icon, needsScript }: PageIndex = JSON.parse(files[INDEX] ?? '');
  const language = preferredLanguage(accepted, Object.keys(needsScript));
  // Relative, because a proxy in front may serve the site below a prefix that the site does not know.
  const folder = isFolder ? './' : `./${path.slice(path.lastIndexOf('/') + 1)}/`;
  const depth = path.split('/').length - (isFolder ? 1 : 2);
  const manifest = `./${'../'.repeat(depth)}${manifestPath.slice(1)}`;
  const lines = [
    '<!doctype html>',
    `<html lang="${language}">`,
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Gatekeeper</title>',
    `<link rel="icon" href="${icon}">`,
    `<link rel="gatekeeper" href="${attribute(manifest)}">`,
    `<link rel="stylesheet" href="${attribute(folder + style)}">`,
    ...preload.map((name) => `<link rel="modulepreload" href="${attribute(folder + name)}">`),
    `<script type="module" src="${attribute(folder + script)}"></script>`,
    `<noscript><p>${needsScript[language]}</p></noscript>`,
  ];
  return ownResponse({ headers, content: `${lines.join('\n')}\n`, set: PAGE_HEADERS });
}

const INDEX = 'page.json';

const PAGE_HEADERS: readonly Header[] = [
  ['content-type', 'text/html; charset=utf-8'],
  [
    'content-security-policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
      "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  ],
  ['x-frame-options', 'DENY'],
];

/** A path in an attribute. A URL has no quotation marks and no angle brackets. */
function attribute(path: string): string {
  return path.replaceAll('&', '&amp;');
}

/** The language tags that the browser accepts, the best first (RFC 9110 12.5.4). */
function acceptedLanguages({ request }: RequestGate): readonly string[] {
  const value = String(readRequestHeader(readField(request, 'incoming')?.headers, 'accept-language') ?? '');
  const ranges = value
    .slice(0, 1_000)
    .split(',')
    .map((range) => {
      const [tag = '', weight = ''] = range.split(';');
      const [, q = '1'] = /^\s*q=([\d.]+)\s*$/i.exec(weight) ?? [];
      return { tag: tag.trim().toLowerCase(), q: Number(q) };
    });
  const accepted = ranges.filter(({ q }) => q > 0);
  return accepted.sort((one, other) => other.q - one.q).map(({ tag }) => tag);
}

/** The best of `languages`: the same tag, or else the same language in another country. */
function preferredLanguage(accepted: readonly string[], languages: readonly string[]): string {
  const primary = (tag: string): string => tag.toLowerCase().split('-', 1)[0] ?? '';
  for (const tag of accepted) {
    const found = languages.find((one) => primary(one) === primary(tag));
    if (found !== undefined) return found;
  }
  return 'en';
}
