import type { Address, EmailContent } from "../jmap/types";
import { strings } from "../strings";
import { formatAddresses, namesOf, withoutRepeats } from "./addresses";
import { emptyDraft, type Attachment, type Draft } from "./draft";
import { formatQuoteDate } from "./format";
import { randomId } from "./randomId";
import { finished } from "./recipients";

export type AnswerKind = "reply" | "replyAll" | "forward";

export function draftFor(kind: AnswerKind, email: EmailContent, ownAddress: string): Draft {
  return kind === "forward" ? forwardOf(email) : replyTo(email, ownAddress, kind === "replyAll");
}

/** A message in Drafts, to be written on. */
export function draftOf(email: EmailContent): Draft {
  return {
    ...emptyDraft,
    to: fieldFor(email.to),
    cc: fieldFor(email.cc),
    bcc: fieldFor(email.bcc),
    subject: email.subject ?? "",
    text: plainText(email),
    attachments: attachmentsOf(email),
    inReplyTo: email.inReplyTo ?? [],
    references: email.references ?? [],
    replaces: email.id,
  };
}

function replyTo(email: EmailContent, ownAddress: string, all: boolean): Draft {
  const asked = email.replyTo !== null && email.replyTo.length > 0 ? email.replyTo : (email.from ?? []);
  const isOwn = asked.some((address) => address.email.toLowerCase() === ownAddress.toLowerCase());
  // An answer to what one wrote oneself goes on to whom one wrote it.
  const found = withoutRepeats([...asked, ...(all || isOwn ? (email.to ?? []) : [])], [ownAddress]);
  const to = found.length > 0 ? found : asked;
  const cc = all ? withoutRepeats(email.cc ?? [], [ownAddress, ...to.map((address) => address.email)]) : [];
  const lead = strings.composer.quoteLead(formatQuoteDate(email.receivedAt), namesOf(email.from, strings.list.noSender));
  return {
    ...emptyDraft,
    to: fieldFor(to),
    cc: fieldFor(cc),
    subject: prefixed("Re: ", /^re:/i, email.subject ?? ""),
    text: `\n\n${lead}\n${quoted(plainText(email))}`,
    inReplyTo: email.messageId ?? [],
    references: [...(email.references ?? []), ...(email.messageId ?? [])],
  };
}

function forwardOf(email: EmailContent): Draft {
  const text = strings.composer;
  const header = [
    text.forwardLead,
    text.forwardFrom(formatAddresses(email.from)),
    text.forwardDate(formatQuoteDate(email.receivedAt)),
    text.forwardSubject(email.subject ?? ""),
    text.forwardTo(formatAddresses(email.to)),
  ].join("\n");
  return {
    ...emptyDraft,
    subject: prefixed("Fwd: ", /^fwd?:/i, email.subject ?? ""),
    text: `\n\n${header}\n\n${plainText(email)}`,
    attachments: attachmentsOf(email),
  };
}

/** Named by blob id: the server copies them from the message, nothing is downloaded. */
function attachmentsOf(email: EmailContent): readonly Attachment[] {
  return email.attachments.flatMap(({ blobId, name, type, size }) =>
    blobId === null ? [] : [{ id: randomId(), blobId, name: name ?? strings.reader.unnamed, type, size, isLocal: false, uploadedAt: 0 }],
  );
}

function fieldFor(addresses: readonly Address[] | null): string {
  return finished(formatAddresses(addresses));
}

export function plainText(email: EmailContent): string {
  return email.textBody
    .map((part) => ({ part, value: email.bodyValues[part.partId ?? ""]?.value ?? "" }))
    .map(({ part, value }) => (part.type === "text/html" ? textOfHtml(value) : value))
    .join("\n")
    .trim();
}

// A parsed document runs no scripts and loads nothing; only its text is taken.
function textOfHtml(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll("script, style, head").forEach((node) => node.remove());
  page.querySelectorAll("br").forEach((node) => node.replaceWith("\n"));
  page.querySelectorAll("p, div, tr, li, h1, h2, h3").forEach((node) => node.append("\n"));
  return (page.body.textContent ?? "").replace(/[ \t]+/g, " ").replace(/\n\s*\n\s*\n+/g, "\n\n");
}

function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.startsWith(">") ? `>${line}` : `> ${line}`))
    .join("\n");
}

function prefixed(prefix: string, present: RegExp, subject: string): string {
  return present.test(subject) ? subject : `${prefix}${subject}`;
}
