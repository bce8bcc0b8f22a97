import { signal } from "@preact/signals";
import { JmapClient } from "./jmap/client";
import { reasonOf } from "./jmap/errors";
import { EmailCache } from "./stores/emails";
import { ListStore } from "./stores/list";
import { MailboxStore } from "./stores/mailboxes";
import { ReaderStore } from "./stores/reader";

export type Phase = "starting" | "signedOut" | "ready" | "failed";

/** Everything a person's session is made of; made once, by main. */
export class App {
  readonly client = new JmapClient();
  readonly emails = new EmailCache();
  readonly mailboxes = new MailboxStore(this.client);
  readonly list = new ListStore(this.client, this.emails, this.mailboxes);
  readonly reader = new ReaderStore(this.client, this.emails);
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

  async signIn(username: string, password: string): Promise<void> {
    await this.client.signIn(username, password);
    if (this.client.connection.gate.closed.peek()) {
      this.client.connection.gate.open();
    } else {
      await this.#enter(username);
    }
  }

  async signOut(): Promise<void> {
    await this.client.signOut();
    location.assign("/");
  }

  async openMailbox(id: string): Promise<void> {
    this.mailboxes.selectedId.value = id;
    this.mailboxesOpen.value = false;
    this.reader.close();
    await this.list.open();
  }

  openRow(row: number): void {
    const id = this.list.idAt(row);
    if (id !== undefined) {
      this.list.cursor.value = id;
      void this.reader.open(id);
    }
  }

  /** Opens the message before or after the one that is open. */
  step(by: number): void {
    this.openRow(Math.max(0, this.list.rowOf(this.list.cursor.peek()) + by));
  }

  async #enter(username: string): Promise<void> {
    await this.client.connect();
    this.username.value = username;
    await this.mailboxes.load();
    this.phase.value = "ready";
    await this.list.open();
  }
}
