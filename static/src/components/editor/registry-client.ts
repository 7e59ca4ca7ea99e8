// Stands in for dockerfile-language-service's client of Docker Hub (see vite.config.ts): tags come from the images that
// this site has, and nothing leaves the page.

let references: string[] = [];

export function setImages(images: string[]): void {
  references = images;
}

export const knownImages = (): readonly string[] => references;

export class DockerRegistryClient {
  getTags(image: string, prefix = ""): Promise<string[]> {
    const tags = references
      .filter((reference) => reference.startsWith(`${image}:`))
      .map((reference) => reference.slice(image.length + 1));
    return Promise.resolve(tags.filter((tag) => tag.startsWith(prefix)));
  }
}
