type Listener<Args extends readonly unknown[]> = (...args: Args) => void;

/** An event of a WebExtension API. */
export class FakeEvent<Args extends readonly unknown[]> {
  readonly listeners = new Set<Listener<Args>>();

  addListener(listener: Listener<Args>): void {
    this.listeners.add(listener);
  }

  removeListener(listener: Listener<Args>): void {
    this.listeners.delete(listener);
  }

  emit(...args: Args): void {
    for (const listener of [...this.listeners]) listener(...args);
  }
}
