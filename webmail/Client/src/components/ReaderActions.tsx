import type { App } from "../app";
import type { EmailSummary } from "../jmap/types";
import type { AnswerKind } from "../logic/answering";
import { strings } from "../strings";
import { EmailActions } from "./EmailActions";
import { Icon } from "./Icon";
import { IconButton } from "./IconButton";

const text = strings.reader;
const answers: readonly AnswerKind[] = ["reply", "replyAll", "forward"];

export function ReaderActions({ app, email }: { app: App; email: EmailSummary }) {
  const loading = app.reader.content.value === undefined;
  return (
    <div class="reader-actions" role="toolbar" aria-label={text.actions}>
      <IconButton icon="back" class="back" label={strings.back} onClick={() => app.reader.close()} />
      {answers.map((kind) => (
        <button key={kind} class="answer" title={text[kind]} aria-label={text[kind]} disabled={loading} onClick={() => app.answer(kind)}>
          <Icon name={kind} />
          <span>{text[kind]}</span>
        </button>
      ))}
      <span class="grow" />
      <EmailActions app={app} email={email} />
    </div>
  );
}
