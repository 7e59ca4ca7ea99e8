// What a call can end in besides its answer. `ApiError` is the server's refusal in its one shape; `Unreachable` means that
// nobody answered, so the same call may be made again later.
import type { Problem } from "../wire";

export interface Refusal {
  code: string;
  message: string;
  field: string | null;
  line: number | null;
  column: number | null;
  fix: string;
  problems: Problem[];
  theirs?: unknown;
}

export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    readonly status: number,
    readonly refusal: Refusal,
    readonly retryAfter: number | null = null,
  ) {
    super(refusal.message);
  }

  get code(): string {
    return this.refusal.code;
  }

  /** A part of Drydock is down or busy: the same call may succeed later. */
  get passing(): boolean {
    return this.status >= 500 || this.status === 429;
  }
}

export class Unreachable extends Error {
  override name = "Unreachable";

  constructor(cause: unknown) {
    super("Drydock does not answer. Your work is kept here; check the connection.", { cause });
  }
}

const PLAIN: Record<number, string> = {
  403: "Drydock did not accept this page's token. Reload the page and try again.",
  404: "That is not here any more.",
  413: "That is larger than Drydock takes.",
  429: "Too fast. Wait a moment and try again.",
  503: "A part of Drydock is down. Your work is kept; try again in a moment.",
};

function isRefusal(value: unknown): value is { error: Partial<Refusal> } {
  return typeof value === "object" && value !== null && typeof (value as { error?: unknown }).error === "object";
}

/** The refusal in *response*; a body that is not ours (a proxy's page, an empty one) gets a sentence by its status. */
export async function errorFrom(response: Response): Promise<ApiError> {
  let body: unknown = null;
  try {
    body = await response.json();
  } catch {
    body = null;
  }
  const given: Partial<Refusal> = isRefusal(body) ? body.error : {};
  const refusal: Refusal = {
    code: given.code ?? `http-${response.status}`,
    message: given.message ?? PLAIN[response.status] ?? `Drydock answered with an error (${response.status}).`,
    field: given.field ?? null,
    line: given.line ?? null,
    column: given.column ?? null,
    fix: given.fix ?? "",
    problems: given.problems ?? [],
    theirs: given.theirs,
  };
  const wait = Number(response.headers.get("Retry-After"));
  return new ApiError(response.status, refusal, wait > 0 ? wait : null);
}
