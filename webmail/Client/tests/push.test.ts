import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PushListener } from "../src/jmap/push";

/** What a browser's EventSource does, done by hand. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static readonly all: FakeSource[] = [];
  readyState = 1;

  constructor(readonly url: string) {
    super();
    FakeSource.all.push(this);
  }

  fire(name: string): void {
    this.dispatchEvent(new Event(name));
  }
}

const template = "/es/?types={types}&closeafter={closeafter}&ping={ping}";

beforeEach(() => {
  FakeSource.all.length = 0;
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("BroadcastChannel", class { postMessage(): void {} });
  vi.useFakeTimers();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function listen(changed: () => Promise<void>): FakeSource {
  new PushListener(changed).start(template, "a1");
  return FakeSource.all[0]!;
}

test("the url names what is wanted", () => {
  expect(listen(() => Promise.resolve()).url).toBe("/es/?types=Mailbox,Email&closeafter=no&ping=30");
});

test("what is shown is read again at the first opening and at each change, not at a reconnection", async () => {
  const changed = vi.fn(() => Promise.resolve());
  const source = listen(changed);

  for (const name of ["open", "state", "error", "open"]) {
    source.fire(name);
    await vi.advanceTimersByTimeAsync(2000);
  }

  expect(changed).toHaveBeenCalledTimes(2);
});

test("changes that come while it is read are read once more, also when reading fails", async () => {
  let finish = (): void => undefined;
  const changed = vi.fn(() => new Promise<void>((_, reject) => (finish = () => reject(new Error("gone")))));
  const source = listen(changed);

  source.fire("state");
  source.fire("state");
  source.fire("state");
  finish();
  await vi.advanceTimersByTimeAsync(2000);

  expect(changed).toHaveBeenCalledTimes(2);
});

test("a stream that is refused is opened again after a while", async () => {
  const source = listen(() => Promise.resolve());
  source.readyState = FakeSource.CLOSED;

  source.fire("error");
  await vi.advanceTimersByTimeAsync(30_000);

  expect(FakeSource.all).toHaveLength(2);
});
