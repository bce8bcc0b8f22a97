import type { App } from "../app";
import type { EmailSummary } from "../jmap/types";
import { strings } from "../strings";
import { EmailActions } from "./EmailActions";
import { IconButton } from "./IconButton";

const text = strings.reader;

export function ReaderActions({ app, email }: { app: App; email: EmailSummary }) {
  return (
    <div class="reader-actions" role="toolbar" aria-label={text.actions}>
      <IconButton icon="back" class="back" label={strings.back} onClick={() => app.reader.close()} />
      <span class="grow" />
      <EmailActions app={app} email={email} />
    </div>
  );
}
