import type { Popup } from '../drivers/popup.ts';

/** Milliseconds from navigation to the paint of the largest row of a flag. */
export function timeToPaint(popup: Pick<Popup, 'evaluate'>): Promise<number> {
  // Both browsers report Largest Contentful Paint, also to an observer that starts later.
  return popup.evaluate(
    ({ PerformanceObserver }) =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list, observer) => {
          const paints = list.getEntries() as (PerformanceEntry & { readonly element: Element | null })[];
          const flags = paints.find(({ element }) => element?.closest('[data-flag]'));
          if (flags === undefined) return;
          observer.disconnect();
          resolve(flags.startTime);
        }).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
}

/** Milliseconds from one keystroke in the search to the layout of the rows that it finds. */
export function keystroke(popup: Popup, text: string): Promise<number> {
  return popup.evaluate(({ document, performance, InputEvent }, typed) => {
    const field = document.querySelector<HTMLInputElement>('input[type=search]');
    if (field === null) throw new Error('no search field');
    const start = performance.now();
    field.value = typed;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    document.body.getBoundingClientRect();
    return performance.now() - start;
  }, text);
}

/** Milliseconds from the click on a variant until the cookie was written and read back. */
export function choice(popup: Popup, flag: string, variant: string): Promise<number> {
  return popup.evaluate(
    ({ document, performance, MutationObserver }, name, value) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        // The reload button becomes primary when the cookie differs from the one that the page was loaded with.
        new MutationObserver((_changes, observer) => {
          if (document.querySelector('footer .primary') === null) return;
          observer.disconnect();
          resolve(performance.now() - start);
        }).observe(document.body, { subtree: true, childList: true, attributes: true });
        document.querySelector<HTMLInputElement>(`[data-flag="${name}"] input[value="${value}"]`)?.click();
      }),
    flag,
    variant,
  );
}
