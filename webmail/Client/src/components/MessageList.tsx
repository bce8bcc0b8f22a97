import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { App } from "../app";
import { scrollToShow, visibleRows } from "../logic/listWindow";
import { strings } from "../strings";
import { Icon } from "./Icon";
import { ListHeader } from "./ListHeader";
import { MessageRow } from "./MessageRow";

/** Matches --row-height in _tokens.css: rows are placed by arithmetic, never measured. */
const rowHeight = 76;
const overscan = 8;

/** A virtual list: only rows near the viewport exist, whatever the mailbox holds. */
export function MessageList({ app }: { app: App }) {
  const view = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(800);
  const ids = app.list.ids.value;
  const rows = app.list.rows.value;
  const range = visibleRows(top.value, height.value, rowHeight, rows.length, overscan);

  useEffect(() => {
    const element = view.current;
    if (element === null) {
      return;
    }
    const observer = new ResizeObserver(() => (height.value = element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => app.list.ensure(range), [range.first, range.end, ids]);
  // What comes above the rows in view does not push them away.
  const anchor = useRef<string | undefined>(undefined);
  const firstRow = Math.floor(top.value / rowHeight);
  useLayoutEffect(() => {
    const row = app.list.rowOf(anchor.current);
    if (row >= 0 && firstRow > 0 && row !== firstRow && view.current !== null) {
      view.current.scrollTop += (row - firstRow) * rowHeight;
    }
  }, [ids]);
  useEffect(() => {
    anchor.current = app.list.idAt(firstRow);
  }, [firstRow, ids]);
  useEffect(() => {
    const row = app.list.rowOf(app.list.cursor.value);
    if (row >= 0 && view.current !== null) {
      view.current.scrollTop = scrollToShow(row, view.current.scrollTop, view.current.clientHeight, rowHeight);
    }
  }, [app.list.cursor.value]);

  const shown = Array.from({ length: range.end - range.first }, (_, offset) => range.first + offset);
  return (
    <section class="messages" id="messages" aria-label={strings.list.label} tabIndex={-1}>
      <ListHeader app={app} />
      <div class="scroll" ref={view} onScroll={(event) => (top.value = event.currentTarget.scrollTop)}>
        {ids !== undefined && rows.length === 0 && <Empty app={app} />}
        {app.list.error.value !== undefined && <p class="empty error" role="alert">{app.list.error.value}</p>}
        <div class="canvas" role="list" aria-busy={ids === undefined} style={{ height: `${rows.length * rowHeight}px` }}>
          {shown.map((row) => <MessageRow key={app.list.idAt(row) ?? row} app={app} row={row} top={row * rowHeight} />)}
        </div>
        {ids === undefined && <div class="skeleton" aria-hidden="true" />}
      </div>
      <button class="primary compose floating" aria-label={strings.mailboxes.compose} onClick={() => app.composers.open()}><Icon name="compose" /></button>
    </section>
  );
}

function Empty({ app }: { app: App }) {
  const search = app.list.search.value.trim();
  return (
    <div class="empty">
      <h2>{strings.list.empty}</h2>
      <p>{search === "" ? strings.list.emptyLead : strings.list.emptySearch(search)}</p>
    </div>
  );
}
