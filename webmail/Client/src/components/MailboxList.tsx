import type { App } from "../app";
import type { Mailbox } from "../jmap/types";
import { labelOf } from "../logic/mailboxOrder";
import { strings } from "../strings";
import { Icon, isIcon } from "./Icon";
import { ThemeChoice } from "./ThemeChoice";

export function MailboxList({ app }: { app: App }) {
  return (
    <nav class="mailboxes" aria-label={strings.mailboxes.label}>
      <h1>{strings.appName}</h1>
      <button class="primary compose" onClick={() => app.composers.open()}><Icon name="compose" />{strings.mailboxes.compose}</button>
      <ul>
        {(app.mailboxes.all.value ?? []).map((mailbox) => <Row key={mailbox.id} app={app} mailbox={mailbox} />)}
      </ul>
      <footer>
        <p class="faint">{app.username.value}</p>
        <ThemeChoice />
        <button onClick={() => void app.security.show()}>{strings.security.title}</button>
        <button onClick={() => void app.signOut()}>{strings.signOut}</button>
      </footer>
    </nav>
  );
}

function Row({ app, mailbox }: { app: App; mailbox: Mailbox }) {
  const icon = mailbox.role !== null && isIcon(mailbox.role) ? mailbox.role : "folder";
  return (
    <li>
      <button
        aria-current={mailbox.id === app.mailboxes.selectedId.value ? "true" : undefined}
        onClick={() => void app.openMailbox(mailbox.id)}
      >
        <Icon name={icon} />
        <span class="name">{labelOf(mailbox)}</span>
        {mailbox.unreadEmails > 0 && (
          <span class="count" aria-label={strings.mailboxes.unread(mailbox.unreadEmails)}>{mailbox.unreadEmails}</span>
        )}
      </button>
    </li>
  );
}
