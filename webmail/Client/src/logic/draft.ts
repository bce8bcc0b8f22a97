/** A message being written, as kept on this device. */
export interface Draft {
  /** Recipients as typed: nothing is lost because it is no address yet. */
  readonly to: string;
  readonly cc: string;
  readonly bcc: string;
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  /** The message in Drafts this goes on with; it is removed once this is sent. */
  readonly replaces: string | null;
  /** When a send began whose answer has not come, in epoch milliseconds. */
  readonly sendBegan: number | null;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** The server's copy; null until it is there. */
  readonly blobId: string | null;
  /** Its file lies on this device too; false for a part of a message that the server holds. */
  readonly isLocal: boolean;
  /** Epoch milliseconds; the server forgets what was uploaded after a day. */
  readonly uploadedAt: number;
}

export const emptyDraft: Draft = {
  to: "",
  cc: "",
  bcc: "",
  subject: "",
  text: "",
  attachments: [],
  inReplyTo: [],
  references: [],
  replaces: null,
  sendBegan: null,
};

export function isEmpty(draft: Draft): boolean {
  const texts = [draft.to, draft.cc, draft.bcc, draft.subject, draft.text];
  return texts.every((text) => text.trim() === "") && draft.attachments.length === 0;
}

// Well below the server's day: a message may be written for hours after this was asked.
const uploadHoursMax = 12;

/** The attachments to upload (again): never uploaded, or so long ago that the server may have forgotten them. */
export function missingUploads(draft: Draft, now: number): readonly Attachment[] {
  const oldest = now - uploadHoursMax * 3_600_000;
  return draft.attachments.filter(({ isLocal, blobId, uploadedAt }) => isLocal && (blobId === null || uploadedAt < oldest));
}
