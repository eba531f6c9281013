import type { CookieRow, GrantRow } from '../../server-lib/cli/conform/vectors.ts';
import { expandText } from '../../server-lib/cli/conform/vectors.ts';
import { GRANT_SITE, GRANT_VECTORS } from '../../test/helpers/protocol/grant-vectors.ts';
import { COOKIE_SITE } from '../../test/helpers/protocol/hostile-cookies.ts';
import { readClasses } from '../../test/helpers/protocol/read-vectors.ts';
import { refusingStep } from '../../test/helpers/protocol/reference-grant.ts';

type Classed<Row> = Row & { readonly class: string; readonly id: string };

/** The text of server-lib/cli/conform/vectors.json: the rows of test/vectors that a fixture can be asked over HTTP. */
export function conformanceVectors(): string {
  const cookies = readClasses<CookieRow>('cookies').filter(canBeSent);
  const steady = new Set(GRANT_VECTORS.filter(hasSteadyResult).map(({ id }) => id));
  const grants = readClasses<GrantRow>('grants').filter((row) => steady.has(row.id) && canBeMoved(row));
  const { now, signedIn, secrets, header, claims } = GRANT_SITE;
  return `{
"site": ${JSON.stringify({ now, signedIn, secrets, header, claims })},
"cookies": {
${classLines(cookies)}
},
"grants": {
${classLines(grants)}
}
}
`;
}

// A server may refuse headers that are longer.
const MAX_HEADER = 12_000;

function canBeSent({ header, name = COOKIE_SITE.cookie }: CookieRow): boolean {
  const text = expandText(header);
  // A line break would end the header, and many servers refuse a NUL.
  return name === COOKIE_SITE.cookie && text.length <= MAX_HEADER && !/[\0\r\n]/.test(text);
}

/** How far the clock of the fixture may be from ours, with the time that a request takes. */
const SECONDS = [-5, -1, 0, 1, 5, 30];

function hasSteadyResult({ cookie, token, now, signedIn }: (typeof GRANT_VECTORS)[number]): boolean {
  const isSendable = !/[\0\r\n\u0100-\uffff]/.test(cookie) && cookie.length <= MAX_HEADER && signedIn !== '';
  const steps = SECONDS.map((later) => refusingStep(token, { now: now + later, signedIn }));
  return isSendable && new Set(steps).size === 1;
}

// A time with an exponent cannot be replaced, and a signature has a character of the other alphabet only by chance.
function canBeMoved({ payloadText = '', token = '' }: GrantRow): boolean {
  return !/\de\d/.test(expandText(payloadText)) && !expandText(token).includes('$oldSignature');
}

function classLines(rows: readonly Classed<object>[]): string {
  const classes = [...new Set(rows.map((row) => row.class))];
  return classes
    .map((name) => {
      const lines = rows.filter((row) => row.class === name).map(({ class: _, id: __, ...row }) => JSON.stringify(row));
      return `"${name}": [\n${lines.join(',\n')}\n]`;
    })
    .join(',\n');
}
