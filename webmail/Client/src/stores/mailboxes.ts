import { computed, signal } from "@preact/signals";
import type { JmapClient } from "../jmap/client";
import type { Mailbox } from "../jmap/types";
import { ordered } from "../logic/mailboxOrder";

export class MailboxStore {
  readonly all = signal<readonly Mailbox[] | undefined>(undefined);
  readonly selectedId = signal<string | undefined>(undefined);
  readonly selected = computed(() => this.all.value?.find((mailbox) => mailbox.id === this.selectedId.value));

  constructor(private readonly client: JmapClient) {}

  async load(): Promise<void> {
    const [answer] = await this.client.run(this.client.call("Mailbox/get", { ids: null }));
    this.all.value = ordered(answer.list);
    this.selectedId.value ??= (this.byRole("inbox") ?? this.all.value[0])?.id;
  }

  byRole(role: string): Mailbox | undefined {
    return this.all.value?.find((mailbox) => mailbox.role === role);
  }

  /** Keeps the count right between two answers of the server. */
  addUnread(mailboxId: string | undefined, change: number): void {
    this.all.value = this.all.peek()?.map((mailbox) =>
      mailbox.id === mailboxId ? { ...mailbox, unreadEmails: Math.max(0, mailbox.unreadEmails + change) } : mailbox,
    );
  }
}
