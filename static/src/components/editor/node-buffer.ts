// dockerfile-ast calls Node's Buffer.from once, to look for a byte order mark; without this it silently finds nothing.
// Import it before anything of dockerfile-ast.

const scope = globalThis as { Buffer?: unknown };
scope.Buffer ??= { from: (text: string) => new TextEncoder().encode(text) };

export {};
