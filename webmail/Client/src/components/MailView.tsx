import type { App } from "../app";
import { strings } from "../strings";
import { MailboxList } from "./MailboxList";
import { MessageList } from "./MessageList";
import { Reader } from "./Reader";

/** Mailboxes, messages, message; narrower windows show fewer of them at once. */
export function MailView({ app }: { app: App }) {
  const open = app.reader.openId.value !== undefined;
  return (
    <div class={`panes${open ? " reading" : ""}${app.mailboxesOpen.value ? " choosing" : ""}`}>
      <a class="skip" href="#messages">{strings.skipToMessages}</a>
      <MailboxList app={app} />
      <MessageList app={app} />
      <Reader app={app} />
    </div>
  );
}
