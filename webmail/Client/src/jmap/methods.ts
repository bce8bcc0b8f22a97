import type { EmailContent, EmailSubmission, EmailSummary, Identity, Mailbox, SetError } from "./types";

interface GetResult<T> {
  readonly list: readonly T[];
  readonly notFound: readonly string[];
}

interface SetResult {
  readonly created?: Readonly<Record<string, { readonly id: string }>> | null;
  readonly updated?: Readonly<Record<string, unknown>> | null;
  readonly destroyed?: readonly string[] | null;
  readonly notCreated?: Readonly<Record<string, SetError>> | null;
  readonly notUpdated?: Readonly<Record<string, SetError>> | null;
  readonly notDestroyed?: Readonly<Record<string, SetError>> | null;
}

/** What each method answers. */
export interface MethodResults {
  "Mailbox/get": GetResult<Mailbox>;
  "Identity/get": GetResult<Identity>;
  "Email/query": { readonly ids: readonly string[]; readonly position: number; readonly total?: number };
  "Email/get": GetResult<EmailSummary>;
  "Email/get content": GetResult<EmailContent>;
  "Email/set": SetResult;
  "EmailSubmission/get": GetResult<EmailSubmission>;
  /** With what onSuccessUpdateEmail did, which the server answers as an Email/set of its own (RFC 8621 §7.5). */
  "EmailSubmission/set": SetResult & { readonly implied?: SetResult };
}

export type MethodName = keyof MethodResults;
export type Arguments = Readonly<Record<string, unknown>>;

/** One method call; its id is unique, so calls of several callers can share a request. */
export interface Call<N extends MethodName = MethodName> {
  readonly name: N;
  readonly args: Arguments;
  readonly id: string;
}

export type Results<T extends readonly Call[]> = {
  -readonly [K in keyof T]: T[K] extends Call<infer N> ? MethodResults[N] : never;
};

/** The name on the wire: "Email/get content" only names a richer answer of Email/get. */
export function wireName(name: MethodName): string {
  return name.split(" ")[0] ?? name;
}

const reading: ReadonlySet<MethodName> = new Set<MethodName>([
  "Mailbox/get",
  "Identity/get",
  "Email/query",
  "Email/get",
  "Email/get content",
  "EmailSubmission/get",
]);

export function isRead(call: Call): boolean {
  return reading.has(call.name);
}
