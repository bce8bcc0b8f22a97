import type { App } from "../app";
import { namesOf } from "../logic/addresses";
import { formatListDate } from "../logic/format";
import { flagged, seen } from "../stores/keywords";
import { strings } from "../strings";
import { EmailActions } from "./EmailActions";
import { Icon } from "./Icon";

export function MessageRow({ app, row, top }: { app: App; row: number; top: number }) {
  const id = app.list.idAt(row);
  const email = id === undefined ? undefined : app.emails.get(id);
  const place = { transform: `translateY(${top}px)` };
  if (email === undefined) {
    return <div class="row loading" style={place} aria-hidden="true" />;
  }
  const role = app.mailboxes.selected.value?.role;
  const isOwn = role === "sent" || role === "drafts";
  const unread = email.keywords[seen] !== true;
  return (
    <div class={`row${unread ? " unread" : ""}`} role="listitem" style={place}>
      <button
        data-testid="message-row"
        aria-current={email.id === app.reader.openId.value ? "true" : undefined}
        onClick={() => app.openRow(row)}
      >
        <span class="from">
          {unread && <span class="dot" role="img" aria-label={strings.list.unread} />}
          {isOwn ? strings.list.to(namesOf(email.to, strings.list.noRecipient)) : namesOf(email.from, strings.list.noSender)}
        </span>
        <time dateTime={email.receivedAt}>{formatListDate(email.receivedAt, new Date())}</time>
        <span class="subject">
          {email.subject || strings.list.noSubject}
          {email.keywords[flagged] === true && <Icon name="star" label={strings.list.starred} />}
          {email.hasAttachment && <Icon name="attachment" label={strings.list.attachment} />}
        </span>
        <span class="preview">{email.preview ?? ""}</span>
      </button>
      {/* For the pointer; the keys do the same for whoever has none, without four more stops in every row. */}
      <div class="row-actions"><EmailActions app={app} email={email} tabIndex={-1} /></div>
    </div>
  );
}
