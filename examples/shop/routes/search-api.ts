import { Router } from 'express';
import { exactSearch, typoTolerantSearch } from '../catalogue/search.ts';

export const searchApi = Router();

searchApi.get('/api/search', (req, res) => {
  const query = typeof req.query.q === 'string' ? req.query.q.slice(0, 80) : '';
  const tolerant = req.gk.ff('NEW_SEARCH', 'ON');
  const found = tolerant ? typoTolerantSearch(query) : exactSearch(query);
  res.json({
    engine: tolerant ? 'typo-tolerant' : 'exact',
    results: found.map(({ id, name, kind }) => ({ id, name, kind, url: `/lamps/${id}` })),
  });
});
