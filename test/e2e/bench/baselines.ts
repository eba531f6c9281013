/** Lists for comparison, without the popup: they show only copies of the popup's row, with its styles. */
export const BASELINES = ['plain list', 'content-visibility', 'virtual list'] as const;
export type Baseline = (typeof BASELINES)[number];

interface Row {
  readonly html: string;
  readonly height: number;
  readonly css: string;
}

/** A page whose script renders `count` rows as the given kind of list does. */
export function baselinePage(baseline: Baseline, { html, height, css }: Row, count: number): string {
  const isVirtual = baseline === 'virtual list';
  const style = {
    'plain list': '',
    'content-visibility': `.card { content-visibility: auto; contain-intrinsic-size: auto ${height}px }`,
    'virtual list': `.rows { height: ${count * height}px } .card { height: ${height}px; overflow: hidden }`,
  }[baseline];
  const drawn = isVirtual ? Math.ceil(600 / height) + 1 : count;
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>${baseline}</title>
  <style>${css}</style>
  <style>${style}</style>
  <body>
    <main><div class="list" style="height: 600px"><div class="rows"></div></div></main>
    <script type="module">
      const row = ${JSON.stringify(html).replaceAll('<', '\\u003c')};
      document.querySelector('.rows').innerHTML =
        Array.from({ length: ${drawn} }, (_, at) => row.replaceAll('FLAG_0', 'FLAG_' + at)).join('');
    </script>
  </body>
</html>`;
}
