import type { App } from "../app";
import type { EmailSummary } from "../jmap/types";
import type { AnswerKind } from "../logic/answering";
import { strings } from "../strings";
import { EmailActions } from "./EmailActions";
import { Icon, type IconName } from "./Icon";
import { IconButton } from "./IconButton";

const text = strings.reader;
const answers: readonly AnswerKind[] = ["reply", "replyAll", "forward"];

export function ReaderActions({ app, email }: { app: App; email: EmailSummary }) {
  const loading = app.reader.content.value === undefined;
  return (
    <div class="reader-actions" role="toolbar" aria-label={text.actions}>
      <IconButton icon="back" class="back" label={strings.back} onClick={() => app.reader.close()} />
      {email.keywords["$draft"] === true ? (
        <Answer icon="compose" label={text.edit} disabled={loading} onClick={() => app.editDraft()} />
      ) : (
        answers.map((kind) => <Answer key={kind} icon={kind} label={text[kind]} disabled={loading} onClick={() => app.answer(kind)} />)
      )}
      <span class="grow" />
      <EmailActions app={app} email={email} />
    </div>
  );
}

function Answer({ icon, label, disabled, onClick }: { icon: IconName; label: string; disabled: boolean; onClick: () => void }) {
  return (
    <button class="answer" title={label} aria-label={label} disabled={disabled} onClick={onClick}>
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  );
}
