import { signal } from "@preact/signals";

/** Requests that met 401 wait here until somebody has signed in again. */
export class Gate {
  readonly closed = signal(false);
  #opened: Promise<void> | undefined;
  #open: (() => void) | undefined;

  wait(): Promise<void> {
    this.closed.value = true;
    this.#opened ??= new Promise((open) => {
      this.#open = open;
    });
    return this.#opened;
  }

  open(): void {
    this.closed.value = false;
    this.#open?.();
    this.#opened = undefined;
    this.#open = undefined;
  }
}
