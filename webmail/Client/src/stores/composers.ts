import { signal } from "@preact/signals";
import type { JmapClient } from "../jmap/client";
import type { EmailContent } from "../jmap/types";
import { draftOf } from "../logic/answering";
import { emptyDraft, isEmpty, type Draft } from "../logic/draft";
import { randomId } from "../logic/randomId";
import { strings } from "../strings";
import { Composer, type ComposerServices } from "./composer";
import { DraftShelf, type KeptDraft } from "./draftShelf";
import type { Sender } from "./sender";
import type { ToastStore } from "./toast";

/** The messages being written, at most one of them in full view. */
export class ComposerStore {
  readonly all = signal<readonly Composer[]>([]);
  readonly #shelf = new DraftShelf();
  readonly #services: ComposerServices;
  #account = "";
  #opener: Element | null = null;

  constructor(
    client: JmapClient,
    readonly sender: Sender,
    private readonly toasts: ToastStore,
    private readonly onSent: (draft: Draft) => void,
  ) {
    this.#services = { client, sender, shelf: this.#shelf, onSent: (composer, problem) => this.#sent(composer, problem) };
  }

  /** Brings back what was being written when the last page ended. */
  async start(account: string): Promise<void> {
    this.#account = account;
    void this.sender.load();
    try {
      await this.#shelf.sweepFiles();
      const drafts = await this.#shelf.allOf(account);
      this.all.value = [...drafts.map((draft) => new Composer(draft, this.#services)), ...this.all.peek()];
    } catch {
      this.toasts.show({ text: strings.toast.noShelf });
    }
  }

  open(draft: Draft = emptyDraft): void {
    const record: KeptDraft = { id: randomId(), account: this.#account, draft, revision: 0, minimised: false, begunAt: Date.now() };
    const composer = new Composer(record, this.#services);
    this.all.value = [...this.all.peek(), composer];
    this.expand(composer);
    composer.keepSoon();
  }

  /** Goes on with a message in Drafts; if that is being done already, there. */
  edit(email: EmailContent): void {
    const composer = this.all.peek().find((other) => other.draft.peek().replaces === email.id);
    if (composer === undefined) {
      this.open(draftOf(email));
    } else {
      this.expand(composer);
    }
  }

  expand(composer: Composer): void {
    this.#opener = document.activeElement;
    this.all.peek().forEach((other) => other.setMinimised(other !== composer));
  }

  /** Puts a message aside; one without content goes. */
  minimise(composer: Composer): void {
    if (isEmpty(composer.draft.peek())) {
      this.#close(composer);
    } else {
      composer.setMinimised(true);
      this.#focusBack();
    }
  }

  discard(composer: Composer): void {
    this.#close(composer);
    if (!isEmpty(composer.draft.peek())) {
      this.toasts.show({ text: strings.toast.discarded, undo: () => this.#bringBack(composer) });
    }
  }

  /** For a message that was found in Sent. */
  finish(composer: Composer): void {
    this.#close(composer);
  }

  #sent(composer: Composer, filingProblem: string | undefined): void {
    this.#close(composer);
    this.toasts.show({ text: filingProblem === undefined ? strings.toast.sent : strings.toast.sentNotFiled(filingProblem) });
    this.onSent(composer.draft.peek());
  }

  #bringBack(composer: Composer): void {
    this.toasts.hide();
    this.all.value = [...this.all.peek(), composer];
    this.expand(composer);
    composer.comeBack();
  }

  #close(composer: Composer): void {
    this.all.value = this.all.peek().filter((other) => other !== composer);
    composer.forget();
    if (!composer.minimised.peek()) {
      this.#focusBack();
    }
  }

  /** Not if the person has gone elsewhere meanwhile. */
  #focusBack(): void {
    const active = document.activeElement;
    if (active !== null && active !== document.body && active.closest(".composer") === null) {
      return;
    }
    const isThere = this.#opener instanceof HTMLElement && this.#opener !== document.body && this.#opener.isConnected;
    const opener = isThere ? this.#opener : document.getElementById("messages");
    (opener as HTMLElement | null)?.focus();
  }
}
