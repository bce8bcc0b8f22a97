import type { App } from "../app";
import { formatAddresses, initialsOf } from "../logic/addresses";
import { plainText } from "../logic/answering";
import { formatFullDate } from "../logic/format";
import { strings } from "../strings";
import { Attachments } from "./Attachments";
import { ReaderActions } from "./ReaderActions";

const text = strings.reader;

export function Reader({ app }: { app: App }) {
  const summary = app.reader.summary.value;
  const cc = app.reader.content.value?.cc ?? [];
  return (
    <article class="reader" aria-label={text.label} aria-busy={summary !== undefined && app.reader.content.value === undefined}>
      {summary === undefined ? (
        <div class="empty"><h2>{text.none}</h2><p>{text.noneLead}</p></div>
      ) : (
        <>
          <header>
            <ReaderActions app={app} email={summary} />
            <h2>{summary.subject || strings.list.noSubject}</h2>
            <div class="sender">
              <span class="avatar" aria-hidden="true">{initialsOf(summary.from?.[0])}</span>
              <p>
                <strong>{formatAddresses(summary.from)}</strong>
                <span class="faint">{text.to} {formatAddresses(summary.to)}</span>
                {cc.length > 0 && <span class="faint">{text.cc} {formatAddresses(cc)}</span>}
              </p>
              <time class="faint" dateTime={summary.receivedAt}>{formatFullDate(summary.receivedAt)}</time>
            </div>
          </header>
          <Body app={app} />
        </>
      )}
    </article>
  );
}

/** HTML only ever in a frame without scripts and without our origin; the server has sanitised it besides. */
function Body({ app }: { app: App }) {
  const content = app.reader.content.value;
  if (app.reader.error.value !== undefined) {
    return <p class="empty error" role="alert">{app.reader.error.value}</p>;
  }
  if (content === undefined) {
    return <div class="skeleton" role="status" aria-label={text.loading} />;
  }
  const html = content.htmlBody.some((part) => part.type === "text/html");
  return (
    <>
      <Attachments app={app} parts={content.attachments} />
      {html ? (
        <iframe
          class="body"
          title={text.bodyTitle}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerpolicy="no-referrer"
          src={app.client.bodyUrl(content.id)}
        />
      ) : (
        <div class="body plain">{plainText(content)}</div>
      )}
    </>
  );
}
