import { signal } from "@preact/signals";
import type { EmailSummary } from "../jmap/types";

/** What is known about messages, shared by list and reader. */
export class EmailCache {
  readonly byId = signal<ReadonlyMap<string, EmailSummary>>(new Map());

  get(id: string): EmailSummary | undefined {
    return this.byId.value.get(id);
  }

  put(emails: readonly EmailSummary[]): void {
    const next = new Map(this.byId.peek());
    emails.forEach((email) => next.set(email.id, email));
    this.byId.value = next;
  }

  setKeyword(id: string, keyword: string, on: boolean): void {
    const email = this.byId.peek().get(id);
    if (email === undefined) {
      return;
    }
    const { [keyword]: _, ...others } = email.keywords;
    this.put([{ ...email, keywords: on ? { ...others, [keyword]: true } : others }]);
  }
}
