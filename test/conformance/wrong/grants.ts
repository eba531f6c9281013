import { Model, type Reply } from '../model/model.ts';
import type { WrongBackEnd } from './wrong-back-end.ts';

const right = Model.prototype;

function header(reply: Reply, name: string): string | undefined {
  return reply.headers.find(([one]) => one === name)?.[1];
}

/** Back ends that issue, verify or revoke grants wrongly. */
export const WRONG_GRANTS: readonly WrongBackEnd[] = [
  {
    title: 'accepts a grant with the algorithm none',
    change: {
      refusingStep(token, user) {
        const head = Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString();
        return /"alg":"none"/.test(head) ? undefined : right.refusingStep.call(this, token, user);
      },
    },
    fails: ['grants.token-header'],
  },
  {
    title: 'does not check the audience of a grant',
    change: {
      refusingStep(token, user) {
        const step = right.refusingStep.call(this, token, user);
        const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
        return step === 6 && claims.startsWith('{"iss":"gatekeeper"') ? undefined : step;
      },
    },
    fails: ['grants.token-audience', 'grants.token-payload'],
  },
  {
    title: 'accepts the grant of another user',
    change: {
      refusingStep(token, user) {
        const step = right.refusingStep.call(this, token, user);
        return step === 8 ? right.refusingStep.call(this, token, 'u_42') : step;
      },
    },
    fails: ['grants.bound', 'grants.revoke', 'grants.token-person'],
  },
  {
    title: 'ignores the scope of a grant',
    change: {
      grantOf(visit) {
        return (
          right.grantOf.call(this, visit) && { scope: '*' as const, expiresAt: Math.floor(Date.now() / 1_000) + 600 }
        );
      },
    },
    fails: ['grants.scope', 'grants.token-good', 'simulate.grants'],
  },
  {
    title: 'issues a grant to another site’s form',
    change: {
      isOwnRequest(visit) {
        return (
          right.isOwnRequest.call(this, visit) ||
          (visit.header('x-gatekeeper') === undefined && visit.request.method === 'POST')
        );
      },
    },
    fails: ['grants.csrf-post'],
  },
  {
    title: 'issues a grant to a user without a scope',
    change: {
      scopeOf(visit) {
        return visit.user === 'u_8' ? '*' : right.scopeOf.call(this, visit);
      },
    },
    fails: ['grants.no-scope'],
  },
  {
    title: 'reads the override cookie without the prefix although it has grants',
    change: {
      readCookie(text) {
        return right.readCookie.call(
          this,
          this.site === 'grants' ? text.replace(/^gatekeeper=/, '__Host-gatekeeper=') : text,
        );
      },
    },
    fails: ['grants.cookie-name'],
  },
  {
    title: 'clears only the grant',
    change: {
      respondToGrant(visit) {
        const reply = right.respondToGrant.call(this, visit);
        if (reply?.status !== 204) return reply;
        return { ...reply, headers: reply.headers.filter(([, value]) => !value.startsWith('__Host-gatekeeper=')) };
      },
    },
    fails: ['grants.revoke'],
  },

  {
    title: 'shows no manifest to a user who could get a grant',
    change: { isEligible: () => false },
    fails: ['grants.required'],
  },
  {
    title: 'responds to strangers at the path of the grant with 401',
    change: {
      respondToGrant(visit) {
        const isStranger = visit.user === 'mallory' && visit.request.method === 'POST';
        return isStranger ? { status: 401, headers: [], body: '' } : right.respondToGrant.call(this, visit);
      },
    },
    fails: ['grants.refused'],
  },
  {
    title: 'lets scripts read the grant',
    change: {
      issue(sub, scope) {
        const reply = right.issue.call(this, sub, scope);
        return { ...reply, headers: reply.headers.map(([name, value]) => [name, value.replace('; HttpOnly', '')]) };
      },
    },
    fails: ['grants.issue'],
  },
  {
    title: 'signs a grant for Host',
    change: {
      issue(sub, scope) {
        const reply = right.issue.call(this, sub, scope);
        const token = /gatekeeper-grant=([^;]*)/.exec(header(reply, 'Set-Cookie') ?? '')?.[1] ?? '';
        const forged = token.replace(
          /\.[^.]*\./,
          `.${Buffer.from('{"iss":"gatekeeper","aud":"localhost"}').toString('base64url')}.`,
        );
        return { ...reply, headers: reply.headers.map(([name, value]) => [name, value.replace(token, forged)]) };
      },
    },
    fails: ['grants.token', 'grants.enabled', 'grants.scope', 'simulate.grants'],
  },
  {
    title: 'has an override cookie that outlives the grant',
    change: {
      manifest(visit) {
        const { cookie, ...rest } = right.manifest.call(this, visit) as { readonly cookie: object };
        return { ...rest, cookie: { ...cookie, maxAge: 604_800 } };
      },
    },
    fails: ['grants.enabled'],
  },
  {
    title: 'makes a page private because of a grant without overrides',
    change: {
      finish(visit, reply) {
        const finished = right.finish.call(this, visit, reply);
        const hasGrant = this.site === 'grants' && visit.evaluations.size > 0 && this.grantOf(visit) !== undefined;
        return hasGrant ? { ...finished, headers: this.preventCaching(finished.headers) } : finished;
      },
    },
    fails: ['grants.unused'],
  },
  {
    title: 'clears the cookies for a page without the header X-Gatekeeper',
    change: {
      isOwnRequest(visit) {
        const isDelete = visit.request.method === 'DELETE' && visit.header('x-gatekeeper') === undefined;
        return isDelete || right.isOwnRequest.call(this, visit);
      },
    },
    fails: ['grants.csrf-delete'],
  },
  {
    title: 'issues a grant for PUT',
    change: {
      respondToGrant(visit) {
        const { method } = visit.request;
        return method === 'PUT' ? this.issue('u_42', '*') : right.respondToGrant.call(this, visit);
      },
    },
    fails: ['grants.refused', 'grants.methods'],
  },
  {
    title: 'accepts only the first origin',
    change: {
      isOwnRequest(visit) {
        return right.isOwnRequest.call(this, visit) && visit.header('origin') !== 'https://beta.example.com';
      },
    },
    fails: ['grants.origins'],
  },
  {
    title: 'removes the quotes around a grant',
    change: {
      cookieHeader(visit) {
        return right.cookieHeader.call(this, visit).replace(/-grant="([^;]*)"/, '-grant=$1');
      },
    },
    fails: ['grants.token-carrier'],
  },
  {
    title: 'accepts base64url that is not canonical',
    change: {
      refusingStep(token, user) {
        const [header = '', payload = '', signature = '', ...rest] = token.split('.');
        const canonical = Buffer.from(signature, 'base64url').toString('base64url');
        return right.refusingStep.call(this, [header, payload, canonical, ...rest].join('.'), user);
      },
    },
    fails: ['grants.token-carrier', 'grants.token-compact'],
  },
  {
    title: 'accepts a signature with half of its bytes',
    change: {
      refusingStep(token, user) {
        const step = right.refusingStep.call(this, token, user);
        return step === 5 && token.split('.')[2]?.length === 22 ? undefined : step;
      },
    },
    fails: ['grants.token-key'],
  },
  {
    title: 'accepts a payload with the same name twice',
    change: {
      refusingStep(token, user) {
        const step = right.refusingStep.call(this, token, user);
        const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
        return step === 6 && text.split('"sub"').length > 2 ? undefined : step;
      },
    },
    fails: ['grants.token-payload'],
  },
  {
    title: 'does not check the scope of a grant',
    change: {
      refusingStep(token, user) {
        const step = right.refusingStep.call(this, token, user);
        return step === 11 ? undefined : step;
      },
    },
    fails: ['grants.token-scope'],
  },
  {
    title: 'does not check the time of a grant',
    change: {
      refusingStep(token, user) {
        const step = right.refusingStep.call(this, token, user);
        return step === 7 ? undefined : step;
      },
    },
    fails: ['grants.token-time'],
  },
];
