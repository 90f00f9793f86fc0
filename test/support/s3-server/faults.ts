export const operations = [
  'PutObject',
  'GetObject',
  'HeadObject',
  'DeleteObject',
  'ListObjectsV2',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'ListMultipartUploads',
] as const;

export type Operation = (typeof operations)[number];

/** What goes wrong. `after`: what was asked for is done, but nobody is told. */
export type FaultKind =
  | 'reset'
  | 'reset after'
  | 'hang'
  | 'hang after'
  /** Half of the answer, then the connection ends. */
  | 'truncated'
  /** Half of the answer, then nothing. */
  | 'stalled body'
  /** A bit of what is sent back is flipped. */
  | 'wrong bytes'
  /** A bit of what has arrived is flipped before anything looks at it. */
  | 'damaged upload'
  /** Nothing is done: a status of success, and an error as its document. */
  | 'error in 200'
  | { readonly status: number; readonly code: string; readonly extra?: Readonly<Record<string, string>> };

export interface Fault {
  readonly operation: Operation;
  /** Which of the calls of the operation, from 1 on. */
  readonly calls: readonly number[] | 'all';
  readonly what: FaultKind;
}

/** Counts calls, and tells for each what is to go wrong with it. */
export function faultCounter(faults: readonly Fault[]): (operation: Operation) => FaultKind | undefined {
  const counts = new Map<Operation, number>();
  return operation => {
    const call = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, call);
    return faults.find(fault => fault.operation === operation && (fault.calls === 'all' || fault.calls.includes(call)))
      ?.what;
  };
}
