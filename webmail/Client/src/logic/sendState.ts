/** Where a message stands on its way out. */
export type SendState =
  | { readonly kind: "writing" }
  | { readonly kind: "warned"; readonly warnings: readonly string[] }
  | { readonly kind: "sending" }
  | { readonly kind: "notSent"; readonly reason: string }
  /** No answer came: the message may have been sent, so it is not sent again unless somebody asks for it. */
  | { readonly kind: "uncertain"; readonly found: "looking" | "unknown" | "sent" | "drafts" | "nowhere" };

export const writing: SendState = { kind: "writing" };
