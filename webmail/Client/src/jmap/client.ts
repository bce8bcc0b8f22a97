import { backoffMilliseconds, pause } from "./backoff";
import { Batch } from "./batch";
import { Connection } from "./connection";
import { isPassingError, RefusedError, refusalOf } from "./errors";
import { isRead, wireName, type Arguments, type Call, type MethodName, type Results } from "./methods";
import type { SessionObject, UploadedBlob } from "./types";
import { upload } from "./upload";

const core = "urn:ietf:params:jmap:core";
const mail = "urn:ietf:params:jmap:mail";
const submission = "urn:ietf:params:jmap:submission";
const keepaliveCharactersMax = 16_000;

export interface SignInEntry {
  readonly username: string;
  readonly password: string;
  /** Of the second factor; absent until the server asks for it. */
  readonly code?: string;
  readonly staySignedIn: boolean;
}

/** The page's own origin, whatever the server takes itself for behind others. */
function onThisOrigin(session: SessionObject): SessionObject {
  const path = (url: string) => url.replace(/^https?:\/\/[^/]*/, "");
  return {
    ...session,
    apiUrl: path(session.apiUrl),
    downloadUrl: path(session.downloadUrl),
    uploadUrl: path(session.uploadUrl),
    eventSourceUrl: path(session.eventSourceUrl),
  };
}

type WireResponse = readonly [string, Record<string, unknown>, string];

/** The only door to the server. Reads asked for in the same turn share one request. */
export class JmapClient {
  readonly connection = new Connection();
  readonly #reads = new Batch((calls) => this.#post(calls, true));
  #session: SessionObject | undefined;
  #nextCall = 0;

  get session(): SessionObject {
    if (this.#session === undefined) {
      throw new Error("The JMAP session is not loaded; call connect() first.");
    }
    return this.#session;
  }

  get accountId(): string {
    return this.session.primaryAccounts[mail] ?? "";
  }

  get uploadBytesMax(): number {
    return this.session.capabilities[core]?.maxSizeUpload ?? Infinity;
  }

  /** Of all attachments of one message together. */
  get attachmentsBytesMax(): number {
    return this.session.accounts[this.accountId]?.accountCapabilities[mail]?.maxSizeAttachmentsPerEmail ?? Infinity;
  }

  /** Who is signed in, or undefined; never parks. */
  async whoAmI(): Promise<string | undefined> {
    const response = await fetch("/session", { credentials: "same-origin" });
    if (response.status === 401) {
      return undefined;
    }
    if (!response.ok) {
      throw await refusalOf(response);
    }
    return ((await response.json()) as { username: string }).username;
  }

  async signIn(entry: SignInEntry): Promise<void> {
    const response = await fetch("/session", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(entry),
    });
    if (!response.ok) {
      throw await refusalOf(response);
    }
  }

  async signOut(): Promise<void> {
    await fetch("/session", { method: "DELETE", credentials: "same-origin" });
    this.#session = undefined;
  }

  async connect(): Promise<void> {
    const response = await this.connection.send("/.well-known/jmap", {}, true);
    this.#session = onThisOrigin((await response.json()) as SessionObject);
  }

  call<N extends MethodName>(name: N, args: Arguments): Call<N> {
    this.#nextCall += 1;
    return { name, args: { accountId: this.accountId, ...args }, id: `c${this.#nextCall}` };
  }

  /** Runs calls in order in one request; a method error rejects the whole run. */
  async run<const T extends readonly Call[]>(...calls: T): Promise<Results<T>> {
    const answers = calls.every(isRead) ? await this.#reads.run(calls) : await this.#post(calls, false);
    return calls.map((call) => pick(call, answers)) as Results<T>;
  }

  /** Tried once more after a failure: an upload that nobody names is harmless. */
  async upload(file: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<UploadedBlob> {
    const url = this.session.uploadUrl.replace("{accountId}", encodeURIComponent(this.accountId));
    for (let mayRepeat = true; ; ) {
      try {
        return await upload(url, file, onProgress, signal);
      } catch (error) {
        if (error instanceof RefusedError && error.status === 401) {
          await this.connection.gate.wait();
        } else if (mayRepeat && isPassingError(error)) {
          mayRepeat = false;
          await pause(backoffMilliseconds);
        } else {
          throw error;
        }
      }
    }
  }

  downloadUrl(blobId: string, name: string, type: string): string {
    const values: Record<string, string> = { accountId: this.accountId, blobId, name, type };
    return this.session.downloadUrl.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(values[key] ?? ""));
  }

  bodyUrl(emailId: string): string {
    return `/mail/${encodeURIComponent(this.accountId)}/${encodeURIComponent(emailId)}/body.html`;
  }

  async #post(calls: readonly Call[], mayRepeat: boolean): Promise<readonly WireResponse[]> {
    const body = JSON.stringify({
      using: [core, mail, submission],
      methodCalls: calls.map((call) => [wireName(call.name), call.args, call.id]),
    });
    // A change begun just before the page closes still arrives; browsers allow that to small requests only.
    const keepalive = !mayRepeat && body.length < keepaliveCharactersMax;
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive };
    const response = await this.connection.send(this.session.apiUrl, init, mayRepeat);
    return ((await response.json()) as { methodResponses: readonly WireResponse[] }).methodResponses;
  }
}

/** Points an argument at an earlier call's result (RFC 8620 §3.7). */
export function resultOf(call: Call, path: string): Arguments {
  return { resultOf: call.id, name: wireName(call.name), path };
}

function pick(call: Call, answers: readonly WireResponse[]): unknown {
  const answer = answers.find(([name, , id]) => id === call.id && (name === wireName(call.name) || name === "error"));
  if (answer === undefined) {
    throw new RefusedError(200, `The server did not answer ${wireName(call.name)}.`);
  }
  const [name, result] = answer;
  const implied = answers.find(([other, , id]) => id === call.id && other !== name)?.[1];
  if (name === "error") {
    throw new RefusedError(200, String(result["description"] ?? result["type"]));
  }
  return implied === undefined ? result : { ...result, implied };
}
