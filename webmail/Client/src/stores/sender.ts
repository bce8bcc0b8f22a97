import { signal } from "@preact/signals";
import { pause } from "../jmap/backoff";
import { resultOf, type JmapClient } from "../jmap/client";
import { RefusedError } from "../jmap/errors";
import type { EmailSubmission, Identity } from "../jmap/types";
import type { Draft } from "../logic/draft";
import { newEmail } from "../logic/newEmail";
import { isCopyOf } from "../logic/sentCopy";
import { strings } from "../strings";
import type { MailboxStore } from "./mailboxes";

export type Outcome =
  | { readonly kind: "sent"; readonly filingProblem: string | undefined }
  /** With the message in Drafts that was written before the refusal. */
  | { readonly kind: "refused"; readonly reason: string; readonly draftId?: string | undefined }
  | { readonly kind: "uncertain" };

/** Where a message lies after a send without an answer. */
export type Whereabouts = "sent" | "drafts" | "nowhere";

const newestCount = 20;
const looksMax = 8;
const lookAfterMilliseconds = 300;

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
        return { kind: "refused", reason: refusal.description || refusal.type, draftId: written.created?.["message"]?.id };
      }
      const refused = await this.#refusalOf(submitted.created?.["submission"]?.id).catch(() => undefined);
      if (refused !== undefined) {
        return { kind: "refused", reason: refused.problem ?? "", draftId: refused.draftEmailId ?? undefined };
      }
      void this.remove(draft.replaces);
      const notFiled = Object.values(submitted.implied?.notUpdated ?? {})[0];
      return { kind: "sent", filingProblem: notFiled && (notFiled.description || notFiled.type) };
    } catch (error) {
      // Only a request refused as a whole was surely not carried out; after anything else the submission may have run.
      const isRefusal = error instanceof RefusedError && error.status >= 400 && error.status < 500;
      return isRefusal ? { kind: "refused", reason: error.message } : { kind: "uncertain" };
    }
  }

  async find(draft: Draft): Promise<Whereabouts> {
    for (const place of ["sent", "drafts"] as const) {
      const mailbox = this.mailboxes.byRole(place);
      if (mailbox !== undefined && (await this.#isIn(mailbox.id, draft))) {
        return place;
      }
    }
    return "nowhere";
  }

  /** Removes a message in Drafts that is not wanted any more; if it stays, people see it there and can delete it. */
  async remove(draftId: string | null): Promise<void> {
    if (draftId !== null) {
      await this.client.run(this.client.call("Email/set", { destroy: [draftId] })).catch(() => undefined);
    }
  }

  /**
   * The outbox has the message, whatever happens here. A mail server that does not want it mostly says so at once, and then the
   * message is back in Drafts before its writer has turned away.
   */
  async #refusalOf(id: string | undefined): Promise<EmailSubmission | undefined> {
    for (let look = 0; id !== undefined && look < looksMax; look += 1) {
      const [{ list }] = await this.client.run(this.client.call("EmailSubmission/get", { ids: [id] }));
      const state = list[0]?.outboxState;
      if (state === "refused" && list[0]?.draftEmailId !== null) {
        return list[0];
      }
      if (state !== "held" && state !== "sending" && state !== "leaving" && state !== "refused") {
        return undefined;
      }
      await pause(lookAfterMilliseconds);
    }
    return undefined;
  }

  async #isIn(inMailbox: string, draft: Draft): Promise<boolean> {
    const query = this.client.call("Email/query", {
      filter: { inMailbox },
      sort: [{ property: "receivedAt", isAscending: false }],
      limit: newestCount,
    });
    const get = this.client.call("Email/get", { "#ids": resultOf(query, "/ids"), properties: ["id", "to", "subject", "receivedAt"] });
    const [, emails] = await this.client.run(query, get);
    return emails.list.some((email) => isCopyOf(draft, email));
  }
}
