/** The parts of RFC 8620 and RFC 8621 this application uses. */

export interface SessionObject {
  readonly username: string;
  readonly apiUrl: string;
  readonly downloadUrl: string;
  readonly uploadUrl: string;
  readonly eventSourceUrl: string;
  readonly primaryAccounts: Readonly<Record<string, string>>;
  readonly accounts: Readonly<Record<string, AccountObject>>;
  readonly capabilities: Readonly<Record<string, { readonly maxSizeUpload?: number }>>;
}

interface AccountObject {
  readonly accountCapabilities: Readonly<Record<string, { readonly maxSizeAttachmentsPerEmail?: number }>>;
}

export interface Mailbox {
  readonly id: string;
  readonly name: string;
  readonly role: string | null;
  readonly parentId: string | null;
  readonly sortOrder: number;
  readonly totalEmails: number;
  readonly unreadEmails: number;
}

export interface Address {
  readonly name: string | null;
  readonly email: string;
}

export interface EmailSummary {
  readonly id: string;
  readonly threadId: string;
  readonly mailboxIds: Readonly<Record<string, boolean>>;
  readonly keywords: Readonly<Record<string, boolean>>;
  readonly from: readonly Address[] | null;
  readonly to: readonly Address[] | null;
  readonly subject: string | null;
  readonly receivedAt: string;
  readonly preview: string | null;
  readonly hasAttachment: boolean;
}

export interface BodyPart {
  readonly partId: string | null;
  readonly blobId: string | null;
  readonly size: number;
  readonly name: string | null;
  readonly type: string;
  readonly cid: string | null;
  readonly disposition: string | null;
}

export interface EmailContent extends EmailSummary {
  readonly cc: readonly Address[] | null;
  readonly bcc: readonly Address[] | null;
  readonly replyTo: readonly Address[] | null;
  readonly messageId: readonly string[] | null;
  readonly inReplyTo: readonly string[] | null;
  readonly references: readonly string[] | null;
  readonly textBody: readonly BodyPart[];
  readonly htmlBody: readonly BodyPart[];
  readonly attachments: readonly BodyPart[];
  readonly bodyValues: Readonly<Record<string, { readonly value: string }>>;
}

export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** What the outbox says of a message that was sent. */
export interface EmailSubmission {
  readonly id: string;
  readonly outboxState: "held" | "sending" | "leaving" | "accepted" | "filed" | "uncertain" | "refused" | "canceled" | "withdrawn";
  /** A sentence. */
  readonly problem: string | null;
  /** The message in Drafts again. */
  readonly draftEmailId: string | null;
}

export interface SetError {
  readonly type: string;
  readonly description?: string | null;
}

export interface UploadedBlob {
  readonly blobId: string;
  readonly type: string;
  readonly size: number;
}
