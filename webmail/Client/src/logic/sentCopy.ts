import type { EmailSummary } from "../jmap/types";
import { parseAddresses } from "./addresses";
import type { Draft } from "./draft";

// The mail server's clock and ours need not agree.
const clockDifferenceMilliseconds = 5 * 60_000;

/**
 * The message on the server that a send without an answer left there, if one looks like it. The client does not know its
 * Message-ID, so subject, recipients and time must do; they are shown to a person as "found in Sent", never acted on blindly.
 */
export function copyOf(draft: Draft, emails: readonly EmailSummary[]): EmailSummary | undefined {
  const began = draft.sendBegan ?? Infinity;
  const recipients = emailsOf(parseAddresses(draft.to).addresses);
  return emails.find(
    (email) =>
      (email.subject ?? "").trim() === draft.subject.trim() &&
      emailsOf(email.to ?? []) === recipients &&
      new Date(email.receivedAt).getTime() >= began - clockDifferenceMilliseconds,
  );
}

function emailsOf(addresses: readonly { readonly email: string }[]): string {
  return addresses.map(({ email }) => email.toLowerCase()).sort().join(" ");
}
