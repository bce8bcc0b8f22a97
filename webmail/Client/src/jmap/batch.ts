import type { Call } from "./methods";

// Below the server's stated maxCallsInRequest with room for the largest caller.
const callsMax = 16;

interface Waiting<R> {
  readonly calls: readonly Call[];
  readonly resolve: (answers: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Collects the calls of one turn of the event loop into one request. */
export class Batch<R> {
  #waiting: Waiting<R>[] = [];

  constructor(private readonly send: (calls: readonly Call[]) => Promise<R>) {}

  run(calls: readonly Call[]): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ calls, resolve, reject });
      const count = this.#waiting.reduce((sum, waiting) => sum + waiting.calls.length, 0);
      if (count >= callsMax) {
        void this.#flush();
      } else if (this.#waiting.length === 1) {
        queueMicrotask(() => void this.#flush());
      }
    });
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) {
      return;
    }
    try {
      const answers = await this.send(waiting.flatMap((each) => each.calls));
      waiting.forEach((each) => each.resolve(answers));
    } catch (error) {
      waiting.forEach((each) => each.reject(error));
    }
  }
}
