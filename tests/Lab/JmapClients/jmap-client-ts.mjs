// A mail program made with jmap-client-ts: makes a folder, puts a mail into it, follows what has changed, and removes both.
import { Client } from "jmap-client-ts";

const [sessionUrl, accessToken, address, subject] = process.argv.slice(2);
const answer = async (response) => (response.ok ? response.json() : Promise.reject(new Error(await response.text())));
const transport = {
  get: async (url, headers) => answer(await fetch(url, { headers })),
  post: async (url, body, headers) =>
    answer(await fetch(url, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) })),
};
const client = new Client({ sessionUrl, accessToken, transport });
await client.fetchSession();
const accountId = client.getFirstAccountId();
const { state: before } = await client.mailbox_get({ accountId, ids: null });
const { created: folders } = await client.mailbox_set({ accountId, create: { folder: { name: subject } } });
const folder = folders.folder.id;
const { created, newState } = await client.email_set({
  accountId,
  create: {
    mail: {
      mailboxIds: { [folder]: true },
      keywords: {},
      from: [{ email: address }],
      subject,
      bodyValues: { text: { value: "what is written" } },
      textBody: [{ partId: "text", type: "text/plain" }],
    },
  },
});
const { ids } = await client.email_query({ accountId, filter: { inMailbox: folder }, sort: [{ property: "receivedAt", isAscending: false }] });
const { list } = await client.email_get({ accountId, ids, properties: ["subject", "preview"] });
const changes = await client.mailbox_changes({ accountId, sinceState: before });
const { destroyed } = await client.email_set({ accountId, destroy: ids });
const later = await client.email_changes({ accountId, sinceState: newState });
const { destroyed: folderDestroyed } = await client.mailbox_set({ accountId, destroy: [folder] });

console.log(JSON.stringify({
  isFound: ids.includes(created.mail.id),
  isNamed: list[0].subject === subject,
  preview: list[0].preview.trim(),
  folderIsNew: changes.created.includes(folder),
  isDestroyed: destroyed.includes(ids[0]) && later.destroyed.includes(ids[0]),
  folderIsDestroyed: folderDestroyed.includes(folder),
}));
