import { computed, signal } from "@preact/signals";
import type { EmailSummary } from "../jmap/types";
import { formatAddress } from "../logic/addresses";

const correspondentsMax = 500;

/** What is known about messages, shared by list and reader. */
export class EmailCache {
  readonly byId = signal<ReadonlyMap<string, EmailSummary>>(new Map());

  /** Everybody seen in a message so far, to be suggested as recipients. */
  readonly correspondents = computed(() => {
    const people = [...this.byId.value.values()].flatMap(({ from, to }) => [...(from ?? []), ...(to ?? [])]);
    return [...new Set(people.map(formatAddress))].slice(0, correspondentsMax).sort();
  });

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
