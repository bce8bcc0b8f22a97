/** The server understood and said no; the message is for people. */
export class RefusedError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly type = "about:blank",
  ) {
    super(message);
  }
}

/** No answer came: the request may or may not have been carried out. */
export class UnreachableError extends Error {}

/** Nobody can tell from this failure whether the request was carried out. */
export function isPassingError(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof RefusedError && error.status >= 500);
}

/** Name and password are right, but the account also needs a code. */
export function isCodeNeeded(error: unknown): boolean {
  return error instanceof RefusedError && error.type === "urn:x-splice-webmail:problem:codeNeeded";
}

interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
}

export async function refusalOf(response: Response): Promise<RefusedError> {
  const fallback = `The server answered ${response.status}.`;
  try {
    const problem = (await response.json()) as Problem;
    return new RefusedError(response.status, problem.detail ?? problem.title ?? fallback, problem.type);
  } catch {
    return new RefusedError(response.status, fallback);
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
