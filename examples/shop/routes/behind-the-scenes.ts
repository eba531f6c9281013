import { Router } from 'express';
import { flags } from '../flags.ts';

export const behindTheScenes = Router();

const NAMES = Object.keys(flags) as (keyof typeof flags)[];

behindTheScenes.get('/flags', (req, res) => {
  const rows = NAMES.map((name) => ({ ...req.gk.explain(name), definition: flags[name] }));
  res.render('behind-the-scenes', { rows, mayOverride: req.gk.mayOverride() });
});
