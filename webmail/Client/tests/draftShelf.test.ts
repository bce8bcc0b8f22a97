import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { emptyDraft } from "../src/logic/draft";
import { randomId } from "../src/logic/randomId";
import { DraftShelf, type KeptDraft } from "../src/stores/draftShelf";

const attachment = { id: "f1", name: "a.txt", type: "text/plain", size: 1, blobId: null, isLocal: true, uploadedAt: 0 };
const first: KeptDraft = { id: "d1", account: "alice", draft: { ...emptyDraft, text: "one", attachments: [attachment] }, revision: 0, minimised: false, begunAt: 1 };

let database: string;
let shelf: DraftShelf;

beforeEach(() => {
  database = randomId();
  shelf = new DraftShelf(database);
});

test("a later page finds the last text, and only the account's own drafts", async () => {
  const kept = await shelf.keep(first);
  await shelf.keep({ ...kept, draft: { ...emptyDraft, text: "two" } });
  await shelf.keep({ ...first, id: "d2", account: "bob" });

  const found = await new DraftShelf(database).allOf("alice");

  expect(found.map(({ id, draft }) => [id, draft.text])).toEqual([["d1", "two"]]);
});

test("two tabs that change one draft leave both versions", async () => {
  const kept = await shelf.keep(first);

  await shelf.keep({ ...kept, draft: { ...emptyDraft, text: "this tab" } });
  await shelf.keep({ ...kept, draft: { ...emptyDraft, text: "the other tab" } });

  const texts = (await shelf.allOf("alice")).map(({ draft }) => draft.text);
  expect(texts.sort()).toEqual(["the other tab", "this tab"]);
});

test("a removed draft does not come back, and can be kept anew", async () => {
  await shelf.keep(first);
  await shelf.remove("d1");
  expect(await shelf.allOf("alice")).toEqual([]);

  expect(await shelf.keep(first)).toMatchObject({ id: "d1", revision: 1 });
});

test("files stay as long as a draft names them", async () => {
  await shelf.keep(first);
  await shelf.keepFile("f1", new Blob(["x"]));
  await shelf.keepFile("f2", new Blob(["y"]));

  await shelf.sweepFiles();

  expect(await shelf.fileOf("f1")).toBeDefined();
  expect(await shelf.fileOf("f2")).toBeUndefined();
});
