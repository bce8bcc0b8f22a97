import type { App } from "../app";
import { strings } from "../strings";
import { ComposerPanel } from "./ComposerPanel";

/** The messages being written: the one in view as a panel, those put aside as tabs beside it. */
export function ComposerDock({ app }: { app: App }) {
  return (
    <div class="dock" role="region" aria-label={strings.composer.dock}>
      {app.composers.all.value.map((composer) =>
        composer.minimised.value ? (
          <button key={composer.key} class="composer-tab" onClick={() => app.composers.expand(composer)}>
            {composer.draft.value.subject.trim() || strings.composer.title}
          </button>
        ) : (
          <ComposerPanel key={composer.key} app={app} composer={composer} />
        ),
      )}
    </div>
  );
}
