import type { LoggedRequest } from '../../../../extension/app/requests/request-log.ts';
import type { Source } from '../../../../server-lib/wire.ts';

/** A request of a page, with the flags that it evaluated: `'CHECKOUT ONE_PAGE override'`. */
export function request(
  url: string,
  flags: readonly `${string} ${string} ${Source}`[] = [],
  rest: Partial<LoggedRequest> & { readonly more?: number } = {},
): LoggedRequest {
  const { more = 0, ...fields } = rest;
  const evaluated = flags.map((text) => {
    const [flag = '', variant = '', source] = text.split(' ');
    return { flag, variant, source: source as Source };
  });
  return {
    type: 'document',
    url,
    method: 'GET',
    status: 200,
    startedAt: 0,
    ...fields,
    evaluations: { flags: evaluated, more },
  };
}
