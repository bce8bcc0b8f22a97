import { batch, computed, signal } from "@preact/signals";
import { reasonOf } from "../jmap/errors";
import { resultOf, type JmapClient } from "../jmap/client";
import { missingWindows, windowRows, windowsOf, withWindow, type RowRange } from "../logic/listWindow";
import type { EmailCache } from "./emails";
import type { MailboxStore } from "./mailboxes";

const summaryProperties = [
  "id", "threadId", "mailboxIds", "keywords", "from", "to", "subject", "receivedAt", "preview", "hasAttachment",
];

/** The messages of the selected mailbox that match the search, known window by window. */
export class ListStore {
  /** Undefined until the first window has come. */
  readonly ids = signal<readonly (string | undefined)[] | undefined>(undefined);
  readonly error = signal<string | undefined>(undefined);
  readonly search = signal("");
  readonly cursor = signal<string | undefined>(undefined);
  /** Messages on their way to another mailbox: still in the server's order, not shown. */
  readonly leaving = signal<ReadonlySet<string>>(new Set());
  /** The rows shown, as positions in the server's order. */
  readonly rows = computed(() => this.#shown());
  readonly #asked = new Set<number>();
  #viewed: RowRange = { first: 0, end: 0 };
  #generation = 0;

  constructor(
    private readonly client: JmapClient,
    private readonly emails: EmailCache,
    private readonly mailboxes: MailboxStore,
  ) {}

  /** Starts over, for another mailbox or another search. */
  async open(): Promise<void> {
    this.#viewed = { first: 0, end: 0 };
    batch(() => {
      this.ids.value = undefined;
      this.cursor.value = undefined;
    });
    await this.refresh();
  }

  /** Asks for the beginning and for what is in view again and forgets the other windows, keeping what is shown until the answer. */
  async refresh(): Promise<void> {
    this.#generation += 1;
    this.#asked.clear();
    await this.#load([...new Set([0, ...windowsOf(this.#viewed)])], true);
  }

  ensure(range: RowRange): void {
    const ids = this.ids.value ?? [];
    const rows = this.rows.value;
    const first = rows[range.first] ?? 0;
    const end = (rows[Math.max(range.first, range.end - 1)] ?? 0) + 1;
    this.#viewed = { first, end };
    missingWindows(ids, this.#viewed).forEach((number) => void this.#load([number], false));
  }

  idAt(row: number): string | undefined {
    const position = this.rows.value[row];
    return position === undefined ? undefined : this.ids.value?.[position];
  }

  rowOf(id: string | undefined): number {
    const ids = this.ids.value ?? [];
    return id === undefined ? -1 : this.rows.value.findIndex((position) => ids[position] === id);
  }

  setLeaving(id: string, isLeaving: boolean): void {
    const next = new Set(this.leaving.peek());
    if (isLeaving) {
      next.add(id);
    } else {
      next.delete(id);
    }
    this.leaving.value = next;
  }

  /** The message is gone from this mailbox on the server. */
  remove(id: string): void {
    batch(() => {
      this.ids.value = this.ids.peek()?.filter((other) => other !== id);
      this.setLeaving(id, false);
    });
  }

  async #load(windows: readonly number[], isStart: boolean): Promise<void> {
    const inMailbox = this.mailboxes.selectedId.peek();
    const wanted = windows.filter((window) => !this.#asked.has(window));
    if (inMailbox === undefined || wanted.length === 0) {
      return;
    }
    wanted.forEach((window) => this.#asked.add(window));
    const generation = this.#generation;
    try {
      const found = await Promise.all(wanted.map((window) => this.#query(inMailbox, window * windowRows)));
      if (generation === this.#generation) {
        const known: readonly (string | undefined)[] = isStart ? [] : (this.ids.peek() ?? []);
        this.ids.value = found.reduce((ids, { position, ids: answered, total }) => withWindow(ids, position, answered, total), known);
        this.error.value = undefined;
      }
    } catch (error) {
      if (generation === this.#generation) {
        this.error.value = reasonOf(error);
      }
    } finally {
      if (generation === this.#generation) {
        wanted.forEach((window) => this.#asked.delete(window));
      }
    }
  }

  async #query(inMailbox: string, position: number): Promise<{ position: number; ids: readonly string[]; total: number }> {
    const text = this.search.peek().trim();
    const query = this.client.call("Email/query", {
      filter: text === "" ? { inMailbox } : { inMailbox, text },
      sort: [{ property: "receivedAt", isAscending: false }],
      position,
      limit: windowRows,
      calculateTotal: true,
    });
    const get = this.client.call("Email/get", { "#ids": resultOf(query, "/ids"), properties: summaryProperties });
    const [found, emails] = await this.client.run(query, get);
    this.emails.put(emails.list);
    return { position: found.position, ids: found.ids, total: found.total ?? found.position + found.ids.length };
  }

  #shown(): readonly number[] {
    const ids = this.ids.value ?? [];
    const leaving = this.leaving.value;
    const rows: number[] = [];
    for (let position = 0; position < ids.length; position += 1) {
      const id = ids[position];
      if (id === undefined || !leaving.has(id)) {
        rows.push(position);
      }
    }
    return rows;
  }
}
