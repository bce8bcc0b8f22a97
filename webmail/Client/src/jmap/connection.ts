import { signal } from "@preact/signals";
import { strings } from "../strings";
import { backoffMilliseconds, isPassing, pause } from "./backoff";
import { refusalOf, UnreachableError } from "./errors";
import { Gate } from "./gate";

const hintAfterMilliseconds = 1000;

/** Sends requests: reads are tried once more after a failure, 401 parks the request, slowness shows the hint. */
export class Connection {
  readonly gate = new Gate();
  /** True while some request has had trouble for longer than a moment. */
  readonly reconnecting = signal(false);
  #late = 0;

  async send(url: string, init: RequestInit, mayRepeat: boolean): Promise<Response> {
    for (;;) {
      const response = await this.#watched(() => (mayRepeat ? this.#twice(url, init) : this.#once(url, init)));
      if (response.status === 401) {
        await this.gate.wait();
        continue;
      }
      if (!response.ok) {
        throw await refusalOf(response);
      }
      return response;
    }
  }

  async #twice(url: string, init: RequestInit): Promise<Response> {
    try {
      const response = await this.#once(url, init);
      if (!isPassing(response.status)) {
        return response;
      }
    } catch (error) {
      if (!(error instanceof UnreachableError)) {
        throw error;
      }
    }
    await pause(backoffMilliseconds + Math.random() * backoffMilliseconds);
    return this.#once(url, init);
  }

  async #once(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { credentials: "same-origin", ...init });
    } catch {
      throw new UnreachableError(strings.errors.unreachable);
    }
  }

  async #watched<T>(work: () => Promise<T>): Promise<T> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#count(1);
    }, hintAfterMilliseconds);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      if (late) {
        this.#count(-1);
      }
    }
  }

  #count(change: number): void {
    this.#late += change;
    this.reconnecting.value = this.#late > 0;
  }
}
