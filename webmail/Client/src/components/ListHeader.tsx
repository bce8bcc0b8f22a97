import type { App } from "../app";
import { labelOf } from "../logic/mailboxOrder";
import { strings } from "../strings";
import { Icon } from "./Icon";
import { IconButton } from "./IconButton";

export function ListHeader({ app }: { app: App }) {
  const mailbox = app.mailboxes.selected.value;

  function search(event: SubmitEvent): void {
    event.preventDefault();
    app.list.search.value = String(new FormData(event.currentTarget as HTMLFormElement).get("search"));
    void app.list.open();
  }

  return (
    <header>
      <button class="menu" aria-label={strings.menu} onClick={() => (app.mailboxesOpen.value = true)}><Icon name="menu" /></button>
      <h2>{mailbox === undefined ? "" : labelOf(mailbox)}</h2>
      <span class="faint">{app.list.ids.value === undefined ? "" : strings.list.count(app.list.ids.value.length)}</span>
      <IconButton icon="refresh" label={strings.list.refresh} onClick={() => void app.refresh()} />
      <form role="search" onSubmit={search}>
        <Icon name="search" />
        <input id="search" name="search" type="search" aria-label={strings.list.search} placeholder={strings.list.search} />
      </form>
    </header>
  );
}
