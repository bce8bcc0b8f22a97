import type { EmailSummary } from "../jmap/types";
import { parseAddresses } from "./addresses";
import type { Draft } from "./draft";

// The mail server's clock and ours need not agree.
const clockDifferenceMilliseconds = 5 * 60_000;

/**
 * Whether a message on the server looks like the one a send without an answer left there. The server makes its Message-ID, so
 * subject, recipients and time must do: enough to tell a person, not enough to change or remove anything.
 */
export function isCopyOf(draft: Draft, email: EmailSummary): boolean {
  return (
    (email.subject ?? "").trim() === draft.subject.trim() &&
    emailsOf(email.to ?? []) === emailsOf(parseAddresses(draft.to).addresses) &&
    new Date(email.receivedAt).getTime() >= (draft.sendBegan ?? Infinity) - clockDifferenceMilliseconds
  );
}

function emailsOf(addresses: readonly { readonly email: string }[]): string {
  return addresses.map(({ email }) => email.toLowerCase()).sort().join(" ");
}
