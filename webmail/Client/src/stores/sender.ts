import { signal } from "@preact/signals";
import { resultOf, type JmapClient } from "../jmap/client";
import { RefusedError } from "../jmap/errors";
import type { Identity } from "../jmap/types";
import type { Draft } from "../logic/draft";
import { newEmail } from "../logic/newEmail";
import { copyOf } from "../logic/sentCopy";
import { strings } from "../strings";
import type { MailboxStore } from "./mailboxes";

export type Outcome =
  | { readonly kind: "sent"; readonly filingProblem: string | undefined }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "uncertain" };

/** Where a message lies after a send without an answer. */
export type Whereabouts = { readonly place: "sent" | "nowhere" } | { readonly place: "drafts"; readonly id: string };

const newestCount = 20;

/** Sends messages and finds out what became of them. */
export class Sender {
  readonly identity = signal<Identity | undefined>(undefined);

  constructor(
    private readonly client: JmapClient,
    private readonly mailboxes: MailboxStore,
  ) {}

  /** Undefined if the server names none or does not answer; sending asks again. */
  async load(): Promise<Identity | undefined> {
    try {
      const [identities] = await this.client.run(this.client.call("Identity/get", { ids: null }));
      this.identity.value = identities.list[0];
    } catch {
      this.identity.value = undefined;
    }
    return this.identity.value;
  }

  /** One request writes the message into Drafts, submits it and moves it to Sent; it is never repeated from here. */
  async send(draft: Draft): Promise<Outcome> {
    const identity = this.identity.peek() ?? (await this.load());
    const drafts = this.mailboxes.byRole("drafts");
    if (identity === undefined || drafts === undefined) {
      return { kind: "refused", reason: identity === undefined ? strings.composer.noIdentity : strings.composer.noDrafts };
    }
    const create = this.client.call("Email/set", { create: { message: newEmail(draft, identity, drafts.id) } });
    const filedIn = this.mailboxes.byRole("sent")?.id ?? drafts.id;
    const submit = this.client.call("EmailSubmission/set", {
      create: { submission: { emailId: "#message", identityId: identity.id } },
      onSuccessUpdateEmail: { "#submission": { mailboxIds: { [filedIn]: true }, "keywords/$draft": null } },
    });
    try {
      const [written, submitted] = await this.client.run(create, submit);
      const refusal = written.notCreated?.["message"] ?? submitted.notCreated?.["submission"];
      if (refusal !== undefined) {
        void this.#remove(Object.values(written.created ?? {}).map(({ id }) => id));
        return { kind: "refused", reason: refusal.description || refusal.type };
      }
      void this.#remove(draft.copies);
      const notFiled = Object.values(submitted.implied?.notUpdated ?? {})[0];
      return { kind: "sent", filingProblem: notFiled && (notFiled.description || notFiled.type) };
    } catch (error) {
      // Only a request refused as a whole was surely not carried out; after anything else the submission may have run.
      const isRefusal = error instanceof RefusedError && error.status >= 400 && error.status < 500;
      return isRefusal ? { kind: "refused", reason: error.message } : { kind: "uncertain" };
    }
  }

  async find(draft: Draft): Promise<Whereabouts> {
    const [sent, drafts] = [this.mailboxes.byRole("sent"), this.mailboxes.byRole("drafts")];
    if (sent !== undefined && (await this.#findIn(sent.id, draft)) !== undefined) {
      return { place: "sent" };
    }
    const id = drafts && (await this.#findIn(drafts.id, draft));
    return id === undefined ? { place: "nowhere" } : { place: "drafts", id };
  }

  /** Copies that are not wanted any more; if one stays, it is a message in Drafts that people can see and delete. */
  async #remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) {
      await this.client.run(this.client.call("Email/set", { destroy: ids })).catch(() => undefined);
    }
  }

  async #findIn(inMailbox: string, draft: Draft): Promise<string | undefined> {
    const query = this.client.call("Email/query", {
      filter: { inMailbox },
      sort: [{ property: "receivedAt", isAscending: false }],
      limit: newestCount,
    });
    const get = this.client.call("Email/get", { "#ids": resultOf(query, "/ids"), properties: ["id", "to", "subject", "receivedAt"] });
    const [, emails] = await this.client.run(query, get);
    return copyOf(draft, emails.list)?.id;
  }
}
