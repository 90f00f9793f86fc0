/** Classes of `ionice(1)` that give way to others. */
export const ioClasses = ['best-effort', 'idle'] as const;

/** What the tools of a step may take. What is undefined is as it would be without. */
export interface Throttle {
  /** Bytes a second, of all tools together, both ways. */
  readonly rate: number | undefined;
  /** 1 to 19. */
  readonly nice: number | undefined;
  readonly ionice: (typeof ioClasses)[number] | undefined;
}
