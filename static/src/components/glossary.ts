// One sentence per term, offline. The first mention on a page carries it: <dd-term term="image">image</dd-term>.

export const GLOSSARY = {
  image: "A frozen file system and the command to start in it; containers are made from it.",
  layer: "The files one instruction added, changed or removed; an image is a stack of layers, and images share equal ones.",
  stage: "A part of a Dockerfile that begins with FROM; later stages can copy files out of earlier ones.",
  cache: "Results of earlier builds: a step whose instruction and inputs are the same is taken from there instead of run again.",
  context: "The files of your project that are sent to the builder; COPY and ADD can only take files from it.",
  container: "A running (or ended) process with its own file system, made from an image and shut off from the rest of the machine.",
  tag: "The part of an image's name after the colon, such as hello:1.2; it can be moved to a newer image.",
  digest: "A fingerprint of an image's contents: the same digest always means the same bytes.",
  Dockerfile: "The recipe of an image: a text file with one instruction after another.",
  instruction: "One line of a Dockerfile, such as RUN or COPY; a long one goes on after a backslash.",
  "base image": "The image a stage starts from, named in its FROM instruction.",
  registry: "A server that stores images; builds here use the base images of this site instead of one.",
  "exit code": "The number a process leaves when it ends: 0 means it went well, anything else is a kind of failure.",
  "build graph": "The steps of a build and which of them need which; steps that do not need each other run at the same time.",
  ".dockerignore": "A file with patterns of what to leave out of the context, so that builds stay small and quick.",
  "multi-stage": "A Dockerfile with several stages: build with large tools in one, keep only the result in the last.",
  volume: "A place for files that outlives a container and is mounted into it.",
  network: "What lets containers reach each other by name; builds and containers here have no way to the internet.",
  process: "A running program; a container lives exactly as long as its first process.",
  "memory limit": "The most memory a container may use; if it takes more, the kernel kills it (exit code 137).",
} as const;

export type Term = keyof typeof GLOSSARY;

export function meaning(term: string): string {
  return (GLOSSARY as Record<string, string>)[term] ?? "";
}
