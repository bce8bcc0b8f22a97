/** A message being written, as kept on this device. */
export interface Draft {
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly AttachedBlob[];
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  /** The server's copy that an unfinished attempt left behind; the next attempt removes it. */
  readonly leftover: string | null;
}

export interface AttachedBlob {
  readonly blobId: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

export const emptyDraft: Draft = {
  to: "",
  cc: "",
  subject: "",
  text: "",
  attachments: [],
  inReplyTo: [],
  references: [],
  leftover: null,
};

export function isEmpty(draft: Draft): boolean {
  return [draft.to, draft.cc, draft.subject, draft.text].every((text) => text.trim() === "") && draft.attachments.length === 0;
}

export type SendState =
  | { readonly kind: "writing" }
  | { readonly kind: "sending" }
  | { readonly kind: "sent" }
  | { readonly kind: "notSent"; readonly reason: string };

/** A change while a send is running would be lost with it; everything else may be edited. */
export function mayEdit(state: SendState): boolean {
  return state.kind === "writing" || state.kind === "notSent";
}
