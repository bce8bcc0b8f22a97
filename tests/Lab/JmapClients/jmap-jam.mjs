// A mail program made with jmap-jam: writes a mail with an attachment to its own account, finds it, reads it, files it and throws it away.
import { JamClient } from "jmap-jam";

const [sessionUrl, bearerToken, address, subject] = process.argv.slice(2);
const attached = "what is attached";
const client = new JamClient({ sessionUrl, bearerToken });
const accountId = await client.getPrimaryAccount();
const [{ list: mailboxes }] = await client.api.Mailbox.get({ accountId });
const withRole = (role) => mailboxes.find((mailbox) => mailbox.role === role).id;
const [{ list: identities }] = await client.api.Identity.get({ accountId });
const upload = await client.uploadBlob(accountId, new Blob([attached], { type: "text/plain" }));

// What sending implies for the mail is answered under the name of the sending, and last.
const [{ created, sent: filed }] = await client.requestMany((build) => ({
  created: build.Email.set({
    accountId,
    create: {
      mail: {
        mailboxIds: { [withRole("drafts")]: true },
        keywords: { $draft: true },
        from: [{ email: address }],
        to: [{ email: address }],
        subject,
        bodyValues: { text: { value: "what is written" } },
        textBody: [{ partId: "text", type: "text/plain" }],
        attachments: [{ blobId: upload.blobId, type: "text/plain", name: "attached.txt" }],
      },
    },
  }),
  sent: build.EmailSubmission.set({
    accountId,
    create: { mail: { emailId: "#mail", identityId: identities[0].id } },
    onSuccessUpdateEmail: {
      "#mail": { [`mailboxIds/${withRole("drafts")}`]: null, [`mailboxIds/${withRole("sent")}`]: true, "keywords/$draft": null },
    },
  }),
}));

let email;
while (email === undefined) {
  const [{ read }] = await client.requestMany((build) => {
    const found = build.Email.query({ accountId, filter: { inMailbox: withRole("inbox"), subject }, limit: 1 });
    return { found, read: build.Email.get({ accountId, ids: found.$ref("/ids"), fetchTextBodyValues: true }) };
  });
  email = read.list[0];
}

const attachment = email.attachments[0];
const file = await client.downloadBlob({ accountId, blobId: attachment.blobId, mimeType: "text/plain", fileName: attachment.name });
await client.api.Email.set({ accountId, update: { [email.id]: { "keywords/$seen": true, mailboxIds: { [withRole("trash")]: true } } } });
const [{ list: moved }] = await client.api.Email.get({ accountId, ids: [email.id], properties: ["mailboxIds", "keywords"] });
const [{ destroyed }] = await client.api.Email.set({ accountId, destroy: [email.id] });

console.log(JSON.stringify({
  created: Object.keys(created.created ?? {}),
  isFiled: Object.keys(filed.updated ?? {}).length === 1,
  text: email.bodyValues[email.textBody[0].partId].value.trim(),
  attachment: await file.text(),
  isInTrash: moved[0].mailboxIds[withRole("trash")] === true,
  isSeen: moved[0].keywords.$seen === true,
  isDestroyed: destroyed.includes(email.id),
}));
