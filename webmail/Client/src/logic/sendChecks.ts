import { strings } from "../strings";
import { parseAddresses } from "./addresses";
import type { Draft } from "./draft";

const text = strings.composer;

/** Why a message cannot be sent as it is, or undefined. */
export function refusalBeforeSending(draft: Draft): string | undefined {
  const fields = [draft.to, draft.cc, draft.bcc].map(parseAddresses);
  const bad = fields.flatMap((field) => field.bad)[0];
  if (bad !== undefined) {
    return text.badAddress(bad);
  }
  return fields.every((field) => field.addresses.length === 0) ? text.noRecipient : undefined;
}

// The words for an attachment in the languages our users write most.
const attachmentWords = /\battach(ed|ment|ments|ing)?\b|\benclosed\b|\banhang\b|\bangehängt\b|\bpièces? jointes?\b|\badjunt[oa]s?\b/iu;

/** What people forget; they may send all the same. */
export function warningsBeforeSending(draft: Draft): readonly string[] {
  const warnings: string[] = [];
  if (draft.subject.trim() === "") {
    warnings.push(text.noSubject);
  }
  if (draft.attachments.length === 0 && attachmentWords.test(ownWords(draft.text))) {
    warnings.push(text.noAttachment);
  }
  return warnings;
}

/** What the writer wrote, without what is quoted or forwarded. */
function ownWords(written: string): string {
  const own = written.split(text.forwardLead)[0] ?? "";
  return own.split("\n").filter((line) => !line.startsWith(">")).join("\n");
}
