/** Fills a container with a table, or with a sentence where there is nothing to show. Everything is text, never markup. */
export function table(container, columns, rows, empty) {
  if (rows.length === 0) {
    const sentence = document.createElement("p");
    sentence.className = "empty";
    sentence.textContent = empty;
    container.replaceChildren(sentence);
    return;
  }
  const made = document.createElement("table");
  const head = made.createTHead().insertRow();
  for (const column of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = column;
    head.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const value of row) line.insertCell().append(...(Array.isArray(value) ? value : [value]).map((part) => part instanceof Node ? part : String(part)));
  }
  container.replaceChildren(made);
}

export function badge(text, tone, title) {
  const made = document.createElement("span");
  made.className = `badge ${tone}`;
  made.textContent = text;
  if (title) made.title = title;
  return made;
}

export const milliseconds = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

export const seconds = (value) =>
  value < 60 ? `${value.toFixed(0)} s` : value < 3600 ? `${(value / 60).toFixed(0)} min` : `${(value / 3600).toFixed(1)} h`;

export function bytes(value) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${units[unit]}`;
}
