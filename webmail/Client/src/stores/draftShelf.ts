import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Draft } from "../logic/draft";
import { randomId } from "../logic/randomId";

/** A draft as it lies on this device. */
export interface KeptDraft {
  readonly id: string;
  readonly account: string;
  readonly draft: Draft;
  /** Counts the times it was kept, so that a second tab is noticed. */
  readonly revision: number;
  readonly minimised: boolean;
  /** Epoch milliseconds. */
  readonly begunAt: number;
}

interface Shelf extends DBSchema {
  drafts: { key: string; value: KeptDraft; indexes: { account: string } };
  /** By attachment id, apart from the drafts: a keystroke must not write megabytes again. */
  files: { key: string; value: Blob };
}

/** Drafts on this device: they outlive the page, the browser and the sign-in. */
export class DraftShelf {
  readonly #database: Promise<IDBPDatabase<Shelf>>;

  constructor(name = "webmail") {
    this.#database = openDB<Shelf>(name, 1, {
      upgrade: (database) => {
        database.createObjectStore("drafts", { keyPath: "id" }).createIndex("account", "account");
        database.createObjectStore("files");
      },
    });
    // Whoever keeps or restores a draft meets the failure; without this line it would also count as unhandled.
    this.#database.catch(() => undefined);
  }

  /** In the order they were begun. */
  async allOf(account: string): Promise<readonly KeptDraft[]> {
    const drafts = await (await this.#database).getAllFromIndex("drafts", "account", account);
    return drafts.sort((left, right) => left.begunAt - right.begunAt);
  }

  /** Keeps a draft. If another tab has kept it differently meanwhile, both stay: ours goes on under another id. */
  async keep(draft: KeptDraft): Promise<KeptDraft> {
    const transaction = (await this.#database).transaction("drafts", "readwrite");
    const found = await transaction.store.get(draft.id);
    const isOurs = (found?.revision ?? 0) === draft.revision;
    const kept = { ...draft, id: isOurs ? draft.id : randomId(), revision: draft.revision + 1 };
    await Promise.all([transaction.store.put(kept), transaction.done]);
    return kept;
  }

  /** No change of the draft, so it makes no version of it. */
  async setMinimised(id: string, minimised: boolean): Promise<void> {
    const transaction = (await this.#database).transaction("drafts", "readwrite");
    const found = await transaction.store.get(id);
    await Promise.all([found && transaction.store.put({ ...found, minimised }), transaction.done]);
  }

  async remove(id: string): Promise<void> {
    await (await this.#database).delete("drafts", id);
  }

  async keepFile(id: string, file: Blob): Promise<void> {
    await (await this.#database).put("files", file, id);
  }

  async fileOf(id: string): Promise<Blob | undefined> {
    return (await this.#database).get("files", id);
  }

  /** Removes the files no draft names; done at the start of a page, so that a discarded draft can come back until then. */
  async sweepFiles(): Promise<void> {
    const transaction = (await this.#database).transaction(["drafts", "files"], "readwrite");
    const drafts = await transaction.objectStore("drafts").getAll();
    const named = new Set(drafts.flatMap(({ draft }) => draft.attachments.map(({ id }) => id)));
    const files = transaction.objectStore("files");
    const unnamed = (await files.getAllKeys()).filter((id) => !named.has(id));
    await Promise.all([...unnamed.map((id) => files.delete(id)), transaction.done]);
  }
}
