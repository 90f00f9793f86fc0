/** The name of the artifact that is one part of another one. */
export function partArtifactOf(name: string, number: number): string {
  return `${name}.part-${String(number).padStart(3, '0')}`;
}

export function isPartArtifact(name: string): boolean {
  return /\.part-\d{3,}$/.test(name);
}

/** The names of all parts of an artifact that are there, counted from the first. */
export function partsOfArtifact(name: string, isThere: (part: string) => boolean): readonly string[] {
  const parts: string[] = [];
  for (let number = 1; isThere(partArtifactOf(name, number)); number += 1) parts.push(partArtifactOf(name, number));
  return parts;
}
