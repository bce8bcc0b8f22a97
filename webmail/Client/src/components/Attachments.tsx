import type { App } from "../app";
import type { BodyPart } from "../jmap/types";
import { formatSize } from "../logic/format";
import { strings } from "../strings";
import { Icon } from "./Icon";

/** Plain links: the browser's own download manager does the rest. */
export function Attachments({ app, parts }: { app: App; parts: readonly BodyPart[] }) {
  const files = parts.flatMap((part) => (part.blobId === null ? [] : [{ ...part, blobId: part.blobId }]));
  if (files.length === 0) {
    return null;
  }
  return (
    <ul class="attachments" aria-label={strings.reader.attachments(files.length)}>
      {files.map(({ blobId, name, type, size }) => (
        <li key={blobId}>
          <a data-testid="attachment" download={name ?? strings.reader.unnamed} href={app.client.downloadUrl(blobId, name ?? strings.reader.unnamed, type)}>
            <Icon name="attachment" />
            {name ?? strings.reader.unnamed}
            <span class="faint">{formatSize(size)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
