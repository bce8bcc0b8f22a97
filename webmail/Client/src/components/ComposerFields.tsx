import { useSignal } from "@preact/signals";
import type { App } from "../app";
import { formatAddress } from "../logic/addresses";
import type { Composer } from "../stores/composer";
import { strings } from "../strings";
import { RecipientField } from "./RecipientField";

const text = strings.composer;

/** Whom it goes to, what it is about, and the text. */
export function ComposerFields({ app, composer }: { app: App; composer: Composer }) {
  const draft = composer.draft.value;
  const identity = app.composers.sender.identity.value;
  const asksForCopies = useSignal(draft.cc !== "" || draft.bcc !== "");
  const prefix = `composer-${composer.key}`;
  const known = app.emails.correspondents.value;
  return (
    <fieldset class="fields" disabled={composer.state.value.kind === "sending"}>
      <div class="field">
        <span class="label">{text.from}</span>
        <span class="value">{identity === undefined ? app.username.value : formatAddress(identity)}</span>
      </div>
      <RecipientField id={`${prefix}-to`} label={text.to} value={draft.to} known={known} onChange={(to) => composer.change({ to })}>
        {!asksForCopies.value && (
          <button type="button" class="copies" onClick={() => (asksForCopies.value = true)}>{text.cc} {text.bcc}</button>
        )}
      </RecipientField>
      {asksForCopies.value && (
        <>
          <RecipientField id={`${prefix}-cc`} label={text.cc} value={draft.cc} known={known} onChange={(cc) => composer.change({ cc })} />
          <RecipientField id={`${prefix}-bcc`} label={text.bcc} value={draft.bcc} known={known} onChange={(bcc) => composer.change({ bcc })} />
        </>
      )}
      <div class="field">
        <label class="label" for={`${prefix}-subject`}>{text.subject}</label>
        <input
          id={`${prefix}-subject`}
          class="value"
          value={draft.subject}
          autocomplete="off"
          onInput={(event) => composer.change({ subject: event.currentTarget.value })}
        />
      </div>
      <textarea
        aria-label={text.text}
        placeholder={text.textHint}
        value={draft.text}
        onInput={(event) => composer.change({ text: event.currentTarget.value })}
      />
    </fieldset>
  );
}
