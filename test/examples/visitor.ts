import type { Express } from 'express';
import request from 'supertest';

export type Visitor = ReturnType<typeof visitor>;

/** A visitor to the shop with a cookie jar, and optionally an override cookie. */
export function visitor(shop: Express, overrides?: Readonly<Record<string, string>>) {
  const agent = request.agent(shop);
  if (overrides) agent.set('Cookie', `gatekeeper=${encodeURIComponent(JSON.stringify(overrides))}`);
  return {
    get: (path: string) => agent.get(path),
    post: (path: string, form: Readonly<Record<string, string>> = {}) => agent.post(path).type('form').send(form),
    signIn: (userId: number) => agent.post('/sign-in').type('form').send({ userId }),
  };
}

/** The text of the page's element with `testId`; `undefined` if there is none. */
export function textIn(page: { readonly text: string }, testId: string): string | undefined {
  return new RegExp(`data-testid="${testId}"[^>]*>\\s*(?:<[^>]*>\\s*)*([^<]*)`).exec(page.text)?.[1]?.trim();
}
