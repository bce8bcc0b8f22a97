import { describe, expect, test } from "vitest";
import type { EmailSummary } from "../src/jmap/types";
import { emptyDraft, isEmpty, missingUploads, type Attachment } from "../src/logic/draft";
import { newEmail } from "../src/logic/newEmail";
import { refusalBeforeSending, warningsBeforeSending } from "../src/logic/sendChecks";
import { isCopyOf } from "../src/logic/sentCopy";
import { strings } from "../src/strings";

const hour = 3_600_000;
const draft = { ...emptyDraft, to: "bob@example.test", subject: "Plan", text: "Hello" };
const attachment: Attachment = { id: "a", name: "plan.pdf", type: "application/pdf", size: 9, blobId: "u1", isLocal: true, uploadedAt: 0 };

test("isEmpty: spaces are nothing, an attachment is something", () => {
  expect(isEmpty({ ...emptyDraft, text: " \n" })).toBe(true);
  expect(isEmpty({ ...emptyDraft, attachments: [attachment] })).toBe(false);
});

test("missingUploads: what never arrived, and what the server may have forgotten", () => {
  const fresh = { ...attachment, id: "fresh", uploadedAt: 30 * hour };
  const never = { ...attachment, id: "never", blobId: null };
  const held = { ...attachment, id: "held", isLocal: false };

  const missing = missingUploads({ ...draft, attachments: [attachment, fresh, never, held] }, 31 * hour);

  expect(missing.map(({ id }) => id)).toEqual(["a", "never"]);
});

describe("before sending", () => {
  test("a good message is refused for nothing", () => {
    expect(refusalBeforeSending(draft)).toBeUndefined();
    expect(warningsBeforeSending(draft)).toEqual([]);
  });

  test("the bad address is named, wherever it stands", () => {
    expect(refusalBeforeSending({ ...draft, bcc: "x@y.test, nobody" })).toContain("nobody");
  });

  test("somebody must receive it, in any field", () => {
    expect(refusalBeforeSending({ ...draft, to: "" })).toBe(strings.composer.noRecipient);
    expect(refusalBeforeSending({ ...draft, to: "", bcc: "x@y.test" })).toBeUndefined();
  });

  test("an attachment is missed only where the writer speaks of one", () => {
    expect(warningsBeforeSending({ ...draft, text: "The plan is attached." })).toEqual([strings.composer.noAttachment]);
    expect(warningsBeforeSending({ ...draft, text: "The plan is attached.", attachments: [attachment] })).toEqual([]);
    expect(warningsBeforeSending({ ...draft, text: "Thanks!\n> The plan is attached." })).toEqual([]);
  });
});

test("newEmail: recipients, text and attachments as the server takes them", () => {
  const email = newEmail({ ...draft, to: "Bob <bob@example.test>, ", attachments: [attachment] }, { id: "i0", name: "Alice", email: "alice@example.test" }, "mb1");

  expect(email).toMatchObject({
    mailboxIds: { mb1: true },
    from: [{ name: "Alice", email: "alice@example.test" }],
    to: [{ name: "Bob", email: "bob@example.test" }],
    bodyValues: { text: { value: "Hello" } },
    attachments: [{ blobId: "u1", name: "plan.pdf", type: "application/pdf" }],
  });
});

describe("isCopyOf", () => {
  const began = Date.parse("2026-01-15T09:00:00Z");
  const found: EmailSummary = {
    id: "e1", threadId: "t", mailboxIds: {}, keywords: {}, from: null, to: [{ name: "B", email: "Bob@example.test" }], subject: "Plan",
    receivedAt: "2026-01-15T09:00:02Z", preview: null, hasAttachment: false,
  };

  test("the message just sent is recognised", () => {
    expect(isCopyOf({ ...draft, sendBegan: began }, found)).toBe(true);
  });

  test.each<[string, Partial<EmailSummary>]>([
    ["about something else", { subject: "Other" }],
    ["of last week", { receivedAt: "2026-01-08T09:00:00Z" }],
    ["to others", { to: [{ name: null, email: "rosa@example.test" }] }],
  ])("one %s is another message", (_, difference) => {
    expect(isCopyOf({ ...draft, sendBegan: began }, { ...found, ...difference })).toBe(false);
  });
});
