'use client';

import { useEffect, useState } from 'react';

export function Search() {
  const [engine, setEngine] = useState();
  useEffect(() => {
    const load = async () => setEngine((await (await fetch('/api/search')).json()).engine);
    load();
  }, []);
  return <p data-testid="search" data-engine={engine} />;
}
