import type { JmapClient } from "../jmap/client";
import { reasonOf, RefusedError } from "../jmap/errors";
import { strings } from "../strings";
import type { EmailCache } from "./emails";
import type { MailboxStore } from "./mailboxes";
import type { ToastStore } from "./toast";

export const seen = "$seen";
export const flagged = "$flagged";

/** Marks on messages: shown at once, taken back when the server refuses. */
export class KeywordActions {
  constructor(
    private readonly client: JmapClient,
    private readonly emails: EmailCache,
    private readonly mailboxes: MailboxStore,
    private readonly toasts: ToastStore,
  ) {}

  toggle(id: string, keyword: string): Promise<void> {
    return this.set(id, keyword, this.emails.byId.peek().get(id)?.keywords[keyword] !== true);
  }

  async set(id: string, keyword: string, on: boolean): Promise<void> {
    this.#show(id, keyword, on);
    try {
      const [answer] = await this.client.run(
        this.client.call("Email/set", { update: { [id]: { [`keywords/${keyword}`]: on ? true : null } } }),
      );
      const refusal = answer.notUpdated?.[id];
      if (refusal !== undefined) {
        throw new RefusedError(200, refusal.description ?? refusal.type);
      }
    } catch (error) {
      this.#show(id, keyword, !on);
      this.toasts.show({ text: strings.toast.failed(reasonOf(error)) });
    }
  }

  #show(id: string, keyword: string, on: boolean): void {
    const email = this.emails.byId.peek().get(id);
    if (email === undefined || (email.keywords[keyword] === true) === on) {
      return;
    }
    this.emails.setKeyword(id, keyword, on);
    if (keyword === seen) {
      Object.keys(email.mailboxIds).forEach((mailbox) => this.mailboxes.addUnread(mailbox, on ? -1 : 1));
    }
  }
}
