import { strings } from "../strings";
import { RefusedError, UnreachableError } from "./errors";
import type { UploadedBlob } from "./types";

/** XMLHttpRequest because fetch cannot tell how much of a body has been sent. */
export function upload(url: string, file: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<UploadedBlob> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.upload.onprogress = (event) => onProgress(event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(request.response as UploadedBlob);
      } else {
        reject(new RefusedError(request.status, refusal(request)));
      }
    };
    request.onerror = () => reject(new UnreachableError(strings.errors.unreachable));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function refusal(request: XMLHttpRequest): string {
  const problem = request.response as { detail?: string } | null;
  return problem?.detail ?? strings.errors.status(request.status);
}
