import type { Popup } from '../drivers/popup.ts';

/** Milliseconds from navigation to the paint of the largest flag's row, of whoever shows flags in `popup`. */
export function timeToPaint(popup: Pick<Popup, 'evaluate'>): Promise<number> {
  // Largest Contentful Paint is a time of painting that both browsers give, also to whoever asks later.
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

/** Milliseconds that one keystroke in the search takes until the rows it finds are drawn and laid out. */
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
        // The button that stands out says that the cookie is not what the page was loaded with any more.
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
