import { pause } from "./backoff";

const pingSeconds = 30;
const reopenAfterMilliseconds = 30_000;
/** A mailbox that is read for the first time changes for a while without a pause. */
const restMilliseconds = 1000;

/**
 * Hears that mail has changed (RFC 8620 §7.3). The browser reconnects by itself, and names the last event it knows. One tab listens for all:
 * a browser opens six connections to a host, and a stream keeps one.
 */
export class PushListener {
  #channel: BroadcastChannel | undefined;
  #isBusy = false;
  #isLate = false;

  /** @param changed Reads again what is shown; not called while it still runs. */
  constructor(private readonly changed: () => Promise<void>) {}

  /** @param template The session's eventSourceUrl. */
  start(template: string, accountId: string): void {
    const url = template.replace("{types}", "Mailbox,Email").replace("{closeafter}", "no").replace("{ping}", String(pingSeconds));
    const name = `push ${accountId}`;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = () => void this.#hear();
    // Locks are there on secure pages only. This one is held until the page is gone.
    void navigator.locks?.request(name, () => new Promise<void>(() => this.#open(url)));
    if (navigator.locks === undefined) {
      this.#open(url);
    }
  }

  #open(url: string): void {
    const source = new EventSource(url);
    // What changed before is not told.
    source.addEventListener("open", () => this.#tell(), { once: true });
    source.addEventListener("state", () => this.#tell());
    source.addEventListener("error", () => {
      // Refused: the session has ended, or a server is away. The browser gives up.
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(() => this.#open(url), reopenAfterMilliseconds);
      }
    });
  }

  #tell(): void {
    this.#channel?.postMessage(null);
    void this.#hear();
  }

  async #hear(): Promise<void> {
    this.#isLate = true;
    if (this.#isBusy) {
      return;
    }
    this.#isBusy = true;
    while (this.#isLate) {
      this.#isLate = false;
      await this.changed().catch(() => undefined);
      await pause(restMilliseconds);
    }
    this.#isBusy = false;
  }
}
