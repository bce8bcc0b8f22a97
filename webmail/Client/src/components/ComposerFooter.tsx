import { useRef } from "preact/hooks";
import type { App } from "../app";
import { isEmpty } from "../logic/draft";
import type { Composer } from "../stores/composer";
import { strings } from "../strings";
import { Icon } from "./Icon";
import { IconButton } from "./IconButton";

const text = strings.composer;

export function ComposerFooter({ app, composer }: { app: App; composer: Composer }) {
  const picker = useRef<HTMLInputElement>(null);
  const state = composer.state.value.kind;
  const kept = composer.kept.value;
  const isWaiting = state === "sending" && [...composer.attaching.uploads.value.values()].some((upload) => upload.kind === "running");
  return (
    <footer>
      <button class="primary" type="button" disabled={state === "sending" || state === "uncertain"} onClick={() => void composer.send()}>
        <Icon name="sent" />
        {state !== "sending" ? text.send : isWaiting ? text.waiting : text.sending}
      </button>
      <IconButton icon="attachment" label={text.attach} disabled={state === "sending"} onClick={() => picker.current?.click()} />
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        data-testid="file-picker"
        onChange={(event) => {
          composer.attaching.add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      <p class={kept === "failed" ? "kept error" : "kept faint"} role="status" data-testid="kept" data-kept={kept}>{isEmpty(composer.draft.value) ? "" : text.kept[kept]}</p>
      <IconButton icon="trash" label={text.discard} disabled={state === "sending"} onClick={() => app.composers.discard(composer)} />
    </footer>
  );
}
