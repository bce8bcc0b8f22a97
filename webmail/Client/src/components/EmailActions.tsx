import type { App } from "../app";
import type { EmailSummary } from "../jmap/types";
import { flagged, seen } from "../stores/keywords";
import { strings } from "../strings";
import { IconButton } from "./IconButton";

const text = strings.reader;

/** What can be done to a message wherever it is shown. */
export function EmailActions({ app, email, tabIndex = 0 }: { app: App; email: EmailSummary; tabIndex?: number }) {
  const isStarred = email.keywords[flagged] === true;
  const isSeen = email.keywords[seen] === true;
  return (
    <>
      <IconButton
        icon="star"
        class={isStarred ? "starred" : ""}
        label={isStarred ? text.unstar : text.star}
        tabIndex={tabIndex}
        onClick={() => app.toggleStar(email.id)}
      />
      <IconButton
        icon={isSeen ? "unread" : "read"}
        label={isSeen ? text.markUnread : text.markRead}
        tabIndex={tabIndex}
        onClick={() => app.toggleSeen(email.id)}
      />
      <IconButton icon="archive" label={text.archive} tabIndex={tabIndex} onClick={() => app.moveAway(email.id, "archive")} />
      <IconButton icon="trash" label={text.trash} tabIndex={tabIndex} onClick={() => app.moveAway(email.id, "trash")} />
    </>
  );
}
