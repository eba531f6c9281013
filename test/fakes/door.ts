/** Something to wait at: whoever passes while it is shut goes on when it opens. */
export class Door {
  #opened: Promise<void> | undefined;
  #open: () => void = () => {};

  shut(): void {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
    this.#opened = undefined;
  }

  async pass(): Promise<void> {
    await this.#opened;
  }
}
