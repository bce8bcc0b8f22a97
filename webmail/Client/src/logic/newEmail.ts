import type { Arguments } from "../jmap/methods";
import type { Identity } from "../jmap/types";
import { parseAddresses } from "./addresses";
import type { Draft } from "./draft";

/** The message as Email/set creates it (RFC 8621 §4.6). */
export function newEmail(draft: Draft, identity: Identity, draftsId: string): Arguments {
  return {
    mailboxIds: { [draftsId]: true },
    keywords: { $draft: true, $seen: true },
    from: [{ name: identity.name, email: identity.email }],
    to: parseAddresses(draft.to).addresses,
    cc: parseAddresses(draft.cc).addresses,
    bcc: parseAddresses(draft.bcc).addresses,
    subject: draft.subject.trim(),
    inReplyTo: draft.inReplyTo,
    references: draft.references,
    textBody: [{ partId: "text", type: "text/plain" }],
    bodyValues: { text: { value: draft.text } },
    attachments: draft.attachments.map(({ blobId, name, type }) => ({ blobId, name, type, disposition: "attachment" })),
  };
}
