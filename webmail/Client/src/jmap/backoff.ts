export const backoffMilliseconds = 400;

/** Gateway answers mean that nobody ran the request; reading again is safe. */
export function isPassing(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
