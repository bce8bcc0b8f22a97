import { computed, signal } from "@preact/signals";
import type { JmapClient } from "../jmap/client";
import { reasonOf } from "../jmap/errors";
import type { EmailContent } from "../jmap/types";
import { strings } from "../strings";
import type { EmailCache } from "./emails";

const contentProperties = [
  "id", "threadId", "mailboxIds", "keywords", "from", "to", "cc", "bcc", "replyTo", "subject", "receivedAt", "preview",
  "hasAttachment", "messageId", "inReplyTo", "references", "textBody", "htmlBody", "attachments", "bodyValues",
];

/** The open message. */
export class ReaderStore {
  readonly openId = signal<string | undefined>(undefined);
  readonly content = signal<EmailContent | undefined>(undefined);
  readonly error = signal<string | undefined>(undefined);
  /** What the list knows is shown at once; the content follows. */
  readonly summary = computed(() => {
    const id = this.openId.value;
    return id === undefined ? undefined : this.emails.get(id);
  });

  constructor(
    private readonly client: JmapClient,
    private readonly emails: EmailCache,
  ) {}

  async open(id: string): Promise<void> {
    this.openId.value = id;
    this.content.value = undefined;
    this.error.value = undefined;
    try {
      const [answer] = await this.client.run(
        this.client.call("Email/get content", {
          ids: [id],
          properties: contentProperties,
          fetchTextBodyValues: true,
          maxBodyValueBytes: 1_000_000,
        }),
      );
      if (this.openId.peek() === id) {
        this.content.value = answer.list[0];
        this.error.value = answer.list.length === 0 ? strings.reader.gone : undefined;
      }
    } catch (error) {
      if (this.openId.peek() === id) {
        this.error.value = reasonOf(error);
      }
    }
  }

  close(): void {
    this.openId.value = undefined;
    this.content.value = undefined;
  }
}
