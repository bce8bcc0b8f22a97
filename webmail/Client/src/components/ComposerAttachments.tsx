import { formatSize } from "../logic/format";
import type { Composer } from "../stores/composer";
import { strings } from "../strings";
import { Icon } from "./Icon";
import { IconButton } from "./IconButton";

const text = strings.composer;

export function ComposerAttachments({ composer }: { composer: Composer }) {
  const { attachments } = composer.draft.value;
  const { refusal, uploads } = composer.attaching;
  return (
    <>
      {refusal.value !== "" && <p class="notice error" role="alert">{refusal.value}</p>}
      {attachments.length > 0 && (
        <ul class="files" aria-label={strings.reader.attachments(attachments.length)}>
          {attachments.map(({ id, name, size }) => {
            const upload = uploads.value.get(id);
            return (
              <li key={id} class={upload?.kind === "failed" ? "error" : ""} data-testid="composer-attachment" data-arrived={upload === undefined}>
                <Icon name="attachment" />
                <span class="name">{name}</span>
                <span class="faint">{upload?.kind === "failed" ? text.attachmentFailed(upload.reason) : formatSize(size)}</span>
                {upload?.kind === "running" && <progress max={1} value={upload.share} aria-label={text.uploading(Math.round(upload.share * 100))} />}
                {upload?.kind === "failed" && <button type="button" onClick={() => composer.attaching.resume()}>{text.tryAgain}</button>}
                <IconButton icon="close" label={text.remove(name)} onClick={() => composer.attaching.remove(id)} />
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
