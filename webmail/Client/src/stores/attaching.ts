import { signal, type Signal } from "@preact/signals";
import type { JmapClient } from "../jmap/client";
import { reasonOf } from "../jmap/errors";
import { missingUploads, type Attachment, type Draft } from "../logic/draft";
import { formatSize } from "../logic/format";
import { randomId } from "../logic/randomId";
import { strings } from "../strings";
import type { DraftShelf } from "./draftShelf";

export type Upload =
  | { readonly kind: "running"; readonly share: number; readonly abort: AbortController }
  | { readonly kind: "failed"; readonly reason: string };

/** Brings the attachments of one draft to the server, one after the other. */
export class Attaching {
  /** By attachment id; an attachment that is not here has arrived. */
  readonly uploads = signal<ReadonlyMap<string, Upload>>(new Map());
  /** Why the files chosen last are not among the attachments. */
  readonly refusal = signal("");
  readonly #files = new Map<string, Blob>();
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: JmapClient,
    private readonly shelf: DraftShelf,
    private readonly draft: Signal<Draft>,
    private readonly change: (attachments: readonly Attachment[]) => void,
  ) {}

  add(files: readonly File[]): void {
    this.refusal.value = "";
    const added: Attachment[] = [];
    let total = this.draft.peek().attachments.reduce((sum, { size }) => sum + size, 0);
    for (const file of files) {
      const limit = file.size > this.client.uploadBytesMax ? this.client.uploadBytesMax : this.client.attachmentsBytesMax - total;
      if (file.size > limit) {
        this.refusal.value = strings.composer.tooLarge(file.name, formatSize(file.size), formatSize(limit));
        continue;
      }
      const id = randomId();
      total += file.size;
      this.#files.set(id, file);
      // A device without room still sends; only a reload would ask for the file again.
      this.shelf.keepFile(id, file).catch(() => undefined);
      added.push({ id, name: file.name, type: file.type, size: file.size, blobId: null, isLocal: true, uploadedAt: 0 });
    }
    this.change([...this.draft.peek().attachments, ...added]);
    this.resume();
  }

  remove(id: string): void {
    const upload = this.uploads.peek().get(id);
    if (upload?.kind === "running") {
      upload.abort.abort();
    }
    this.#show(id, undefined);
    this.change(this.draft.peek().attachments.filter((attachment) => attachment.id !== id));
  }

  /** Begins every upload that is missing and not under way: of new files, after a reload, after a failure. */
  resume(): void {
    for (const attachment of missingUploads(this.draft.peek(), Date.now())) {
      if (this.uploads.peek().get(attachment.id)?.kind !== "running") {
        const abort = new AbortController();
        this.#show(attachment.id, { kind: "running", share: 0, abort });
        this.#queue = this.#queue.then(() => this.#upload(attachment, abort));
      }
    }
  }

  /** Waits for all of them; what is wrong, or undefined. */
  async settled(): Promise<string | undefined> {
    this.resume();
    await this.#queue;
    for (const { id, name } of this.draft.peek().attachments) {
      const upload = this.uploads.peek().get(id);
      if (upload !== undefined) {
        return `${name}: ${strings.composer.attachmentFailed(upload.kind === "failed" ? upload.reason : "")}`;
      }
    }
    return undefined;
  }

  async #upload({ id, type }: Attachment, abort: AbortController): Promise<void> {
    if (abort.signal.aborted) {
      return;
    }
    try {
      const file = this.#files.get(id) ?? (await this.shelf.fileOf(id));
      if (file === undefined) {
        throw new Error(strings.composer.fileGone);
      }
      const onProgress = (share: number) => this.#show(id, { kind: "running", share, abort });
      const { blobId } = await this.client.upload(file.slice(0, file.size, type), onProgress, abort.signal);
      this.#show(id, undefined);
      this.change(
        this.draft.peek().attachments.map((other) => (other.id === id ? { ...other, blobId, uploadedAt: Date.now() } : other)),
      );
    } catch (error) {
      if (!abort.signal.aborted) {
        this.#show(id, { kind: "failed", reason: reasonOf(error) });
      }
    }
  }

  #show(id: string, upload: Upload | undefined): void {
    const next = new Map(this.uploads.peek());
    if (upload === undefined) {
      next.delete(id);
    } else {
      next.set(id, upload);
    }
    this.uploads.value = next;
  }
}
