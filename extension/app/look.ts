import { type Browsing, FIRST_LOOK, filtering, readingOn, searching, viewing } from './browsing.ts';
import { type MemoryPort, memoryJson, memoryOf, type SiteMemory, visiting } from './site-memory.ts';

/** How one person looks through the flags of one popup, and what of it is remembered for the site. */
export class Look {
  readonly #memories: MemoryPort;
  readonly #onChange: () => void;
  #browsing = FIRST_LOOK;
  #origin: string | undefined;

  constructor(memories: MemoryPort, onChange: () => void) {
    this.#memories = memories;
    this.#onChange = onChange;
  }

  get browsing(): Browsing {
    return this.#browsing;
  }

  /** Looks at a site as it was looked at the last time. */
  arriveAt(origin: string): void {
    if (origin === this.#origin) return;
    this.#origin = origin;
    const { filter, visited } = memoryOf(this.#memories.recall(origin));
    this.#browsing = { ...this.#browsing, filter, visited };
  }

  search(text: string): void {
    this.#become(searching(this.#browsing, text));
  }

  filter(filter: Browsing['filter']): void {
    this.#remember((memory) => ({ ...memory, filter }));
    this.#become(filtering(this.#browsing, filter));
  }

  view(view: Browsing['view']): void {
    this.#become(viewing(this.#browsing, view));
  }

  readOn(): void {
    this.#become(readingOn(this.#browsing));
  }

  /** Marks a variant as shown by a walk; `''` ends the walk through its flag. */
  visit(flag: string, variant: string): void {
    const visited = visiting(this.#browsing.visited, flag, variant);
    if (visited === this.#browsing.visited) return;
    this.#remember((memory) => ({ ...memory, visited: visiting(memory.visited, flag, variant) }));
    this.#become({ ...this.#browsing, visited });
  }

  /** Leaves a view, or else a search; whether there was one to leave. */
  back(): boolean {
    const { view, search } = this.#browsing;
    if (view !== 'flags') this.view('flags');
    else if (search !== '') this.search('');
    else return false;
    return true;
  }

  #remember(change: (memory: SiteMemory) => SiteMemory): void {
    if (this.#origin !== undefined) this.#memories.change(this.#origin, (kept) => memoryJson(change(memoryOf(kept))));
  }

  #become(browsing: Browsing): void {
    this.#browsing = browsing;
    this.#onChange();
  }
}
