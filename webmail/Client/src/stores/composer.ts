import { signal, type Signal } from "@preact/signals";
import type { JmapClient } from "../jmap/client";
import { pause } from "../jmap/backoff";
import { isEmpty, type Draft } from "../logic/draft";
import { refusalBeforeSending, warningsBeforeSending } from "../logic/sendChecks";
import { writing, type SendState } from "../logic/sendState";
import { Attaching } from "./attaching";
import type { DraftShelf, KeptDraft } from "./draftShelf";
import type { Outcome, Sender } from "./sender";

const keepAfterMilliseconds = 400;
// A request whose answer was lost may still be running.
const lookAfterMilliseconds = 2000;

export interface ComposerServices {
  readonly client: JmapClient;
  readonly shelf: DraftShelf;
  readonly sender: Sender;
  readonly onSent: (composer: Composer, filingProblem: string | undefined) => void;
}

/** One message being written; every change is on this device a moment later. */
export class Composer {
  readonly key: string;
  readonly draft: Signal<Draft>;
  readonly minimised: Signal<boolean>;
  readonly state = signal<SendState>(writing);
  readonly kept = signal<"soon" | "yes" | "failed">("yes");
  readonly attaching: Attaching;
  #record: KeptDraft;
  #isForgotten = false;
  #timer: number | undefined;
  #keeping: Promise<void> = Promise.resolve();

  constructor(
    record: KeptDraft,
    private readonly services: ComposerServices,
  ) {
    this.key = record.id;
    this.#record = record;
    this.draft = signal(record.draft);
    this.minimised = signal(record.minimised);
    this.attaching = new Attaching(services.client, services.shelf, this.draft, (attachments) => this.change({ attachments }));
    this.attaching.resume();
    if (record.draft.sendBegan !== null) {
      void this.look();
    }
  }

  change(part: Partial<Draft>): void {
    this.draft.value = { ...this.draft.peek(), ...part };
    if (this.state.peek().kind === "warned" || this.state.peek().kind === "notSent") {
      this.state.value = writing;
    }
    this.keepSoon();
  }

  keepSoon(): void {
    if (this.#isForgotten) {
      return;
    }
    this.kept.value = "soon";
    this.#timer ??= window.setTimeout(() => void this.#keep(), keepAfterMilliseconds);
  }

  setMinimised(minimised: boolean): void {
    if (this.minimised.peek() !== minimised) {
      this.minimised.value = minimised;
      this.#keeping = this.#keeping.then(() => this.services.shelf.setMinimised(this.#record.id, minimised).catch(() => undefined));
    }
  }

  /** Sends, or says what stands in the way; a second time, warnings do not. */
  async send(): Promise<void> {
    const state = this.state.peek();
    if (state.kind === "sending") {
      return;
    }
    const reason = refusalBeforeSending(this.draft.peek());
    const warnings = state.kind === "warned" ? [] : warningsBeforeSending(this.draft.peek());
    if (reason !== undefined || warnings.length > 0) {
      this.state.value = reason === undefined ? { kind: "warned", warnings } : { kind: "notSent", reason };
      return;
    }
    this.state.value = { kind: "sending" };
    const problem = await this.attaching.settled();
    if (problem !== undefined) {
      this.state.value = { kind: "notSent", reason: problem };
      return;
    }
    // On the device before it is on the wire, so that a page that dies now asks afterwards instead of forgetting.
    this.change({ sendBegan: Date.now() });
    await this.#keep();
    this.#settle(await this.services.sender.send(this.draft.peek()));
  }

  /** Looks for the message of a send that got no answer. */
  async look(): Promise<void> {
    this.state.value = { kind: "uncertain", found: "looking" };
    try {
      await pause(lookAfterMilliseconds);
      this.state.value = { kind: "uncertain", found: await this.services.sender.find(this.draft.peek()) };
    } catch {
      this.state.value = { kind: "uncertain", found: "unknown" };
    }
  }

  /** Takes the draft off this device; an upload that ends later does not bring it back. */
  forget(): void {
    this.#isForgotten = true;
    void this.#keep();
  }

  comeBack(): void {
    this.#isForgotten = false;
    this.keepSoon();
  }

  #settle(outcome: Outcome): void {
    switch (outcome.kind) {
      case "sent":
        this.services.onSent(this, outcome.filingProblem);
        return;
      case "refused":
        this.#refused(outcome.draftId ?? null);
        this.state.value = { kind: "notSent", reason: outcome.reason };
        return;
      case "uncertain":
        void this.look();
    }
  }

  /** One draft stays one message in Drafts; attachments may be parts of the older one, so that is the one to stay. */
  #refused(draftId: string | null): void {
    const { replaces } = this.draft.peek();
    this.change({ sendBegan: null, replaces: replaces ?? draftId });
    if (replaces !== null) {
      void this.services.sender.remove(draftId);
    }
  }

  /** Waits for the keeping before: two of them at once would take each other for another tab. */
  #keep(): Promise<void> {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#keeping = this.#keeping.then(() => this.#put());
    return this.#keeping;
  }

  async #put(): Promise<void> {
    const draft = this.draft.peek();
    try {
      if (this.#isForgotten || isEmpty(draft)) {
        await this.services.shelf.remove(this.#record.id);
        this.#record = { ...this.#record, revision: 0 };
      } else {
        this.#record = await this.services.shelf.keep({ ...this.#record, draft, minimised: this.minimised.peek() });
      }
      this.kept.value = this.#timer === undefined ? "yes" : "soon";
    } catch {
      this.kept.value = "failed";
    }
  }
}
