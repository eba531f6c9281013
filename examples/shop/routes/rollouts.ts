import express, { type Request, type Response, Router } from 'express';
import { flags } from '../flags.ts';
import { PEOPLE } from '../people/people.ts';
import {
  isRolloutFlag,
  placesOf,
  ROLLOUTS,
  type Rollout,
  type RolloutFlag,
  rolloutIn,
  withRollout,
} from '../rollouts.ts';
import { type ShopRules, tryRules } from '../rules.ts';

const FLAGS = Object.keys(ROLLOUTS) as RolloutFlag[];
const PLACES = new Map(FLAGS.map((flag) => [flag, placesOf(flag)]));

/** A page that changes the rules while the shop runs, for developers on their own machines. */
export function rollouts(rules: ShopRules, isDevelopment: (req: Request) => boolean): Router {
  const router = Router();

  router.use((req, res, next) => {
    res.locals.mayChangeRules = isDevelopment(req);
    next();
  });
  router.use('/rollouts', (_req, res, next) => next(res.locals.mayChangeRules ? undefined : 'router'));
  router.use('/rollouts', express.urlencoded({ extended: false, limit: '64kb' }));

  router.get('/rollouts', (req, res) => show(req, res, rules));

  router.post('/rollouts', async (req, res) => {
    const text = documentIn(req.body);
    const trial = tryRules(text);
    if (trial.kind === 'refused') return show(req, res.status(422), rules, { text, documentProblem: trial.problem });
    await rules.change(() => text);
    res.redirect(303, '/rollouts#document');
  });

  router.post('/rollouts/:flag', async (req, res, next) => {
    const { flag } = req.params;
    if (!isRolloutFlag(flag)) return next();
    const rollout = rolloutFrom(req.body);
    if (rollout === undefined) return show(req, res.status(422), rules, { refused: flag });
    await rules.change((text) => withRollout(text, flag, rollout));
    res.redirect(303, `/rollouts#${flag}`);
  });

  return router;
}

interface Refusal {
  readonly text?: string;
  readonly documentProblem?: string;
  readonly refused?: RolloutFlag;
}

function show(req: Request, res: Response, { file, source, text }: ShopRules, refusal: Refusal = {}): void {
  const { revision, lastError } = source.health();
  const trial = tryRules(text());
  res.render('rollouts', {
    file,
    revision,
    lastError,
    notices: trial.kind === 'taken' ? trial.notices : [],
    cards: FLAGS.map((flag) => ({ ...cardOf(req, text(), flag), isRefused: flag === refusal.refused })),
    text: text(),
    ...refusal,
  });
}

function cardOf(req: Request, text: string, flag: RolloutFlag) {
  const people = PEOPLE.map(({ id, name }) => ({
    name,
    place: PLACES.get(flag)?.get(id),
    variant: req.gk.ffVariant(flag, { userId: id }),
  }));
  return {
    flag,
    variant: ROLLOUTS[flag],
    definition: flags[flag],
    rollout: rolloutIn(text, flag),
    answer: req.gk.explain(flag),
    people,
  };
}

/** Reads the form; `undefined` if the percentage is invalid. The form for a rule edited by hand has no percentage. */
function rolloutFrom(body: unknown): Rollout | undefined {
  const { percentage, off } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const isOff = off === 'on';
  if (percentage === undefined) return { percentage: undefined, isOff };
  const isShare = typeof percentage === 'string' && /^\d{1,3}$/.test(percentage) && Number(percentage) <= 100;
  return isShare ? { percentage: Number(percentage), isOff } : undefined;
}

// Browsers send line breaks as CR LF.
function documentIn(body: unknown): string {
  const { document } = (body ?? {}) as Readonly<Record<string, unknown>>;
  return typeof document === 'string' ? document.replaceAll('\r\n', '\n') : '';
}
