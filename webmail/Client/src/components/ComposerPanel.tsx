import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { App } from "../app";
import type { Composer } from "../stores/composer";
import { strings } from "../strings";
import { ComposerAttachments } from "./ComposerAttachments";
import { ComposerFields } from "./ComposerFields";
import { ComposerFooter } from "./ComposerFooter";
import { ComposerNotice } from "./ComposerNotice";
import { IconButton } from "./IconButton";

const text = strings.composer;

/** Not modal: mail can be read beside it. Files can be dropped and pasted anywhere on it. */
export function ComposerPanel({ app, composer }: { app: App; composer: Composer }) {
  const panel = useRef<HTMLElement>(null);
  const dropping = useSignal(false);
  const { subject } = composer.draft.value;

  useEffect(() => {
    const isAddressed = composer.draft.peek().to.trim() !== "";
    const area = panel.current?.querySelector("textarea");
    if (isAddressed && area) {
      area.focus();
      area.setSelectionRange(0, 0);
    } else {
      panel.current?.querySelector("input")?.focus();
    }
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      // A key held down would go past the warnings.
      if (composer.state.peek().kind !== "uncertain" && !event.repeat) {
        void composer.send();
      }
    } else if (event.key === "Escape") {
      event.preventDefault();
      app.composers.minimise(composer);
    }
  }

  function attach(event: Event, files: FileList | undefined): void {
    dropping.value = false;
    if (files !== undefined && files.length > 0) {
      // Even where nothing is attached: a browser left to itself opens a dropped file in place of this page.
      event.preventDefault();
      if (composer.state.peek().kind !== "sending") {
        composer.attaching.add([...files]);
      }
    }
  }

  return (
    <section
      ref={panel}
      class="composer"
      role="dialog"
      aria-label={subject.trim() || text.title}
      data-testid="composer"
      onKeyDown={onKeyDown}
      onPaste={(event) => {
        // Office programs copy a picture of the text beside the text: then the text is meant.
        if (event.clipboardData?.types.includes("text/plain") === false) {
          attach(event, event.clipboardData.files);
        }
      }}
      onDrop={(event) => attach(event, event.dataTransfer?.files)}
      onDragOver={(event) => {
        // Text dragged within the message stays the browser's business.
        if (event.dataTransfer?.types.includes("Files") === true) {
          event.preventDefault();
          dropping.value = true;
        }
      }}
      onDragLeave={() => (dropping.value = false)}
    >
      <header>
        <h2>{subject.trim() || text.title}</h2>
        <IconButton icon="minimise" label={text.minimise} onClick={() => app.composers.minimise(composer)} />
      </header>
      <ComposerFields app={app} composer={composer} />
      <ComposerAttachments composer={composer} />
      <ComposerNotice app={app} composer={composer} />
      <ComposerFooter app={app} composer={composer} />
      {dropping.value && <p class="drop-hint" aria-hidden="true">{text.drop}</p>}
    </section>
  );
}
