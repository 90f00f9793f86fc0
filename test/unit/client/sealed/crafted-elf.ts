/** What to put into a small ELF file. */
export interface ElfWish {
  /** 62 is x86-64, 183 AArch64. */
  readonly machine?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
}

/** Addresses differ from offsets, as they do in real programs. */
const base = 0x400000;

/** A 64-bit ELF file with program headers, an interpreter and a dynamic section; nothing in it could run. */
export function makeElf({ machine = 62, interpreter, needed = [] }: ElfWish): Buffer {
  const interpreterBytes = Buffer.from(interpreter === undefined ? '' : `${interpreter}\0`);
  const names = Buffer.from(['', ...needed, ''].join('\0'));
  const nameAt = (name: string): number => names.indexOf(`\0${name}\0`) + 1;
  const headers = 64 + 3 * 56;
  const [interpreterOffset, namesOffset] = [headers, headers + interpreterBytes.length];
  const dynamicOffset = namesOffset + names.length;
  const tags = [...needed.map(name => [1, nameAt(name)]), [5, base + namesOffset], [0, 0]];
  const dynamic = Buffer.alloc(tags.length * 16);
  tags.forEach(([tag = 0, value = 0], index) => {
    dynamic.writeBigUInt64LE(BigInt(tag), index * 16);
    dynamic.writeBigUInt64LE(BigInt(value), index * 16 + 8);
  });
  const total = dynamicOffset + dynamic.length;
  const head = Buffer.alloc(headers);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(machine, 18);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(3, 56);
  const segments = [
    [1, 0, total],
    [2, dynamicOffset, dynamic.length],
    // Without an interpreter the header is one of no meaning (PT_NULL).
    [interpreter === undefined ? 0 : 3, interpreterOffset, interpreterBytes.length],
  ];
  segments.forEach(([type = 0, offset = 0, bytes = 0], index) => {
    const at = 64 + index * 56;
    head.writeUInt32LE(type, at);
    head.writeBigUInt64LE(BigInt(offset), at + 8);
    head.writeBigUInt64LE(BigInt(base + offset), at + 16);
    head.writeBigUInt64LE(BigInt(bytes), at + 32);
  });
  return Buffer.concat([head, interpreterBytes, names, dynamic]);
}
