import type { Mailbox } from "../jmap/types";
import { strings } from "../strings";

const roles = ["inbox", "drafts", "sent", "archive", "junk", "trash", "all"];

/** Mailboxes with a purpose first, in the order people expect; then the others by name. */
export function ordered(mailboxes: readonly Mailbox[]): Mailbox[] {
  return [...mailboxes].sort(
    (left, right) => rank(left) - rank(right) || left.sortOrder - right.sortOrder || left.name.localeCompare(right.name),
  );
}

export function labelOf(mailbox: Mailbox): string {
  return strings.mailboxes.roles[mailbox.role ?? ""] ?? mailbox.name;
}

function rank(mailbox: Mailbox): number {
  const known = roles.indexOf(mailbox.role ?? "");
  return known < 0 ? roles.length : known;
}
