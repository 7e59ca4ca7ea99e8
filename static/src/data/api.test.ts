import { beforeEach, describe, expect, it, vi } from "vitest";
import { Api } from "./api";
import { ApiError, errorFrom, Unreachable } from "./errors";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

let calls: { url: string; init: RequestInit }[];
function respond(...responses: (Response | Error)[]) {
  calls = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    calls.push({ url, init });
    const next = responses.shift();
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
}
const headers = (i = 0) => calls[i]?.init.headers as Record<string, string>;
let api: Api;
beforeEach(() => (api = new Api("tab-1", () => "token")));

describe("errors", () => {
  it("carry the server's refusal", async () => {
    const problems = [{ code: "p", severity: "error", line: 3, column: 1, end_column: 2, message: "m", fix: "f" }];
    const error = await errorFrom(
      answer(422, { error: { code: "bad", message: "No.", field: "path", line: 3, column: 1, fix: "Do.", problems } }),
    );
    expect(error).toMatchObject({ status: 422, code: "bad", message: "No.", retryAfter: null, passing: false });
    expect(error.refusal).toMatchObject({ field: "path", line: 3, fix: "Do.", problems });
  });

  it("have a sentence even when a proxy answered with a page", async () => {
    const error = await errorFrom(answer(503, "<html>Bad gateway</html>"));
    expect(error.message).toContain("down");
    expect(error.passing).toBe(true);
  });

  it("say when to come back", async () => {
    expect((await errorFrom(answer(429, {}, { "Retry-After": "7" }))).retryAfter).toBe(7);
  });

  it("tell no answer from a refusal, and the page hears of both", async () => {
    const heard: unknown[] = [];
    api.onTrouble = (error) => heard.push(error);
    respond(new TypeError("failed to fetch"), answer(404, {}));
    await expect(api.state()).rejects.toBeInstanceOf(Unreachable);
    await expect(api.state()).rejects.toBeInstanceOf(ApiError);
    expect(heard).toHaveLength(2);
  });
});

describe("calls", () => {
  it("send the token with writes only", async () => {
    respond(answer(200, {}), answer(200, {}));
    await api.state();
    await api.createProject("hello");
    expect(headers(0)["X-CSRFToken"]).toBeUndefined();
    expect(headers(1)).toMatchObject({ "X-CSRFToken": "token", "X-Tab": "tab-1" });
    expect(calls[1]?.init).toMatchObject({ method: "POST", body: '{"template":"hello","name":""}' });
  });

  it("save a file on the version it was made on, or only where there is none", async () => {
    respond(answer(200, {}), answer(200, {}));
    await api.saveFile("p", "src/a b#.py", "x", 4);
    await api.saveFile("p", "new", "x", null);
    expect(calls[0]?.url).toBe("/api/projects/p/files/src/a%20b%23.py");
    expect(headers(0)["If-Match"]).toBe('"4"');
    expect(headers(1)).toMatchObject({ "If-None-Match": "*" });
    expect(headers(1)["If-Match"]).toBeUndefined();
  });

  it("read the version from the ETag", async () => {
    respond(answer(200, "hi", { ETag: 'W/"12"' }));
    const { bytes, version } = await api.readFile("p", "f");
    expect([new TextDecoder().decode(bytes), version]).toEqual(["hi", 12]);
  });

  it("know a build that was under way already", async () => {
    respond(answer(201, { build: { id: "a" } }), answer(200, { build: { id: "a" } }));
    expect((await api.build("p", { reference: "x:1" })).repeated).toBe(false);
    expect((await api.build("p", { reference: "x:1" })).repeated).toBe(true);
  });

  it("read health whatever its status", async () => {
    respond(answer(503, { state: "down", parts: [] }));
    expect((await api.health()).state).toBe("down");
  });

  it("upload paths as file names", async () => {
    respond(answer(200, {}));
    const append = vi.spyOn(FormData.prototype, "append");
    await api.upload("p", [{ path: "a/b.bin", file: new Blob(["x"]) }], "src", true);
    const form = calls[0]?.init.body as FormData;
    expect([form.get("into"), form.get("unpack")]).toEqual(["src", "1"]);
    expect(append).toHaveBeenCalledWith("file", expect.any(Blob), "a/b.bin");
    expect(form.getAll("path")).toEqual(["a/b.bin"]);
  });
});
