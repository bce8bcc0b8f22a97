import { expect, test } from "vitest";
import type { BodyPart, EmailContent } from "../src/jmap/types";
import { draftFor, draftOf } from "../src/logic/answering";

const own = "alice@example.test";
const alice = { name: "Alice", email: own };
const bob = { name: "Bob", email: "bob@example.test" };
const rosa = { name: null, email: "rosa@example.test" };
const textPart: BodyPart = { partId: "1", blobId: null, size: 3, name: null, type: "text/plain", cid: null, disposition: null };
const file: BodyPart = { partId: "2", blobId: "b7", size: 9, name: "plan.pdf", type: "application/pdf", cid: null, disposition: "attachment" };

const email: EmailContent = {
  id: "e1", threadId: "t1", mailboxIds: {}, keywords: {}, from: [bob], to: [alice, rosa], cc: [], bcc: null, replyTo: null,
  subject: "Plan", receivedAt: "2026-01-15T09:00:00Z", preview: "", hasAttachment: true, messageId: ["m2@x"], inReplyTo: ["m1@x"],
  references: ["m1@x"], textBody: [textPart], htmlBody: [], attachments: [file], bodyValues: { "1": { value: "one\n> two" } },
};

test("reply: goes to the sender, quotes the text and continues the thread", () => {
  const draft = draftFor("reply", email, own);

  expect(draft.to).toBe("Bob <bob@example.test>, ");
  expect(draft.subject).toBe("Re: Plan");
  expect(draft.text).toMatch(/^\n\n.*Bob.*\n> one\n>> two$/);
  expect(draft.inReplyTo).toEqual(["m2@x"]);
  expect(draft.references).toEqual(["m1@x", "m2@x"]);
  expect(draft.attachments).toEqual([]);
});

test("reply: Reply-To is preferred, and Re: stays one", () => {
  const draft = draftFor("reply", { ...email, replyTo: [rosa], subject: "RE: Plan" }, own);

  expect(draft).toMatchObject({ to: "rosa@example.test, ", subject: "RE: Plan" });
});

test("replyAll: everybody once, without oneself", () => {
  const draft = draftFor("replyAll", { ...email, cc: [bob, alice, { name: null, email: "tom@example.test" }] }, own);

  expect(draft).toMatchObject({ to: "Bob <bob@example.test>, rosa@example.test, ", cc: "tom@example.test, " });
});

test("reply: to one's own message goes to its recipients", () => {
  expect(draftFor("reply", { ...email, from: [alice], to: [bob] }, own).to).toBe("Bob <bob@example.test>, ");
});

test("forward: carries the attachments by blob id, and nobody yet", () => {
  const draft = draftFor("forward", email, own);

  expect(draft).toMatchObject({ to: "", subject: "Fwd: Plan", inReplyTo: [] });
  expect(draft.attachments).toMatchObject([{ blobId: "b7", name: "plan.pdf", isLocal: false }]);
  expect(draft.text).toContain("From: Bob <bob@example.test>");
});

test("draftOf: a message in Drafts is written on and replaced when sent", () => {
  const draft = draftOf({ ...email, bcc: [rosa] });

  expect(draft).toMatchObject({ bcc: "rosa@example.test, ", subject: "Plan", text: "one\n> two", replaces: "e1", inReplyTo: ["m1@x"] });
});
