import { signal } from "@preact/signals";
import { JmapClient, type SignInEntry } from "./jmap/client";
import { reasonOf } from "./jmap/errors";
import { PushListener } from "./jmap/push";
import { draftFor, type AnswerKind } from "./logic/answering";
import type { Draft } from "./logic/draft";
import { ComposerStore } from "./stores/composers";
import { EmailCache } from "./stores/emails";
import { flagged, KeywordActions, seen } from "./stores/keywords";
import { ListStore } from "./stores/list";
import { MailboxStore } from "./stores/mailboxes";
import { MoveActions } from "./stores/moves";
import { ReaderStore } from "./stores/reader";
import { SecurityStore } from "./stores/security";
import { Sender } from "./stores/sender";
import { ToastStore } from "./stores/toast";
import { strings } from "./strings";

export type Phase = "starting" | "signedOut" | "ready" | "failed";

/** Everything a person's session is made of; made once, by main. */
export class App {
  readonly client = new JmapClient();
  readonly emails = new EmailCache();
  readonly mailboxes = new MailboxStore(this.client);
  readonly list = new ListStore(this.client, this.emails, this.mailboxes);
  readonly reader = new ReaderStore(this.client, this.emails);
  readonly toasts = new ToastStore();
  readonly security = new SecurityStore(this.client);
  readonly keywords = new KeywordActions(this.client, this.emails, this.mailboxes, this.toasts);
  readonly moves = new MoveActions(this.client, this.list, this.mailboxes, this.toasts);
  readonly composers = new ComposerStore(this.client, new Sender(this.client, this.mailboxes), this.toasts, (draft) => this.#sent(draft));
  readonly push = new PushListener(() => this.#load());
  readonly phase = signal<Phase>("starting");
  readonly username = signal("");
  readonly problem = signal("");
  readonly helpOpen = signal(false);
  /** On a phone one pane shows at a time. */
  readonly mailboxesOpen = signal(false);

  async start(): Promise<void> {
    try {
      const username = await this.client.whoAmI();
      if (username === undefined) {
        this.phase.value = "signedOut";
      } else {
        await this.#enter(username);
      }
    } catch (error) {
      this.problem.value = reasonOf(error);
      this.phase.value = "failed";
    }
  }

  async signIn(entry: SignInEntry): Promise<void> {
    await this.client.signIn(entry);
    if (this.client.connection.gate.closed.peek()) {
      this.client.connection.gate.open();
    } else {
      await this.#enter(entry.username);
    }
  }

  async signOut(): Promise<void> {
    await this.moves.commit();
    await this.client.signOut();
    location.assign("/");
  }

  async openMailbox(id: string): Promise<void> {
    this.mailboxes.selectedId.value = id;
    this.mailboxesOpen.value = false;
    this.reader.close();
    await this.moves.commit();
    await this.list.open();
  }

  async refresh(): Promise<void> {
    await this.moves.commit();
    try {
      await this.#load();
    } catch (error) {
      this.toasts.show({ text: strings.toast.failed(reasonOf(error)) });
    }
  }

  openRow(row: number): void {
    const id = this.list.idAt(row);
    if (id !== undefined) {
      this.list.cursor.value = id;
      void this.reader.open(id);
      if (this.emails.get(id)?.keywords[seen] !== true) {
        void this.keywords.set(id, seen, true);
      }
    }
  }

  /** Opens the message before or after the one that is open. */
  step(by: number): void {
    this.openRow(Math.max(0, this.list.rowOf(this.list.cursor.peek()) + by));
  }

  toggleStar(id: string): void {
    void this.keywords.toggle(id, flagged);
  }

  toggleSeen(id: string): void {
    void this.keywords.toggle(id, seen);
  }

  /** The next message takes the place of the one that left, except on a phone, where the list does. */
  moveAway(id: string, role: "archive" | "trash"): void {
    const row = this.list.rowOf(id);
    if (!this.moves.toRole(id, role) || this.list.cursor.peek() !== id) {
      return;
    }
    const next = Math.min(row, this.list.rows.peek().length - 1);
    const wasOpen = this.reader.openId.peek() === id;
    this.reader.close();
    this.list.cursor.value = this.list.idAt(next);
    if (wasOpen && !matchMedia("(max-width: 700px)").matches) {
      this.openRow(next);
    }
  }

  /** Begins a reply to the open message, or its forwarding, once its text is here. */
  answer(kind: AnswerKind): void {
    const content = this.reader.content.peek();
    if (content !== undefined) {
      this.composers.open(draftFor(kind, content, this.username.peek()));
    }
  }

  /** Goes on with the open message, which lies in Drafts. */
  editDraft(): void {
    const content = this.reader.content.peek();
    if (content !== undefined) {
      this.composers.edit(content);
    }
  }

  /** The draft that was sent is not in Drafts any more. */
  #sent(draft: Draft): void {
    if (draft.replaces !== null && draft.replaces === this.reader.openId.peek()) {
      this.reader.close();
    }
    void this.refresh();
  }

  /** What is shown, anew. A move still waits for its undo toast. */
  async #load(): Promise<void> {
    await Promise.all([this.mailboxes.load(), this.list.refresh()]);
  }

  async #enter(username: string): Promise<void> {
    this.username.value = username;
    await this.client.connect();
    await this.mailboxes.load();
    this.phase.value = "ready";
    this.push.start(this.client.session.eventSourceUrl, this.client.accountId);
    await Promise.all([this.list.open(), this.composers.start(this.client.accountId)]);
  }
}
