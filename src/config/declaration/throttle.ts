import { ioClasses } from '../../postgres/throttle/throttle.ts';
import { optional } from '../schema/fields.ts';
import { object } from '../schema/object.ts';
import { choice, integer, size } from '../schema/scalars.ts';

/** How much of the server, the network and the machine a step's tools may take. */
export const throttle = object(
  {
    rate: optional(
      size(),
      'Bytes a second that all tools of the step together may exchange with the server, such as `20MB`. They go through a proxy of this process; TLS stays between the tools and the server. The rows are counted beside it.',
      { otherwise: 'no limit' },
    ),
    nice: optional(integer(1, 19), 'How much the tools give way to other processes for the processor: 19 the most.', {
      otherwise: '`0`',
    }),
    ionice: optional(
      choice(ioClasses),
      'How much the tools give way for the disk: `idle` takes what nobody else wants. Linux only, and it depends on the disk’s scheduler; elsewhere the report has a note.',
      { otherwise: 'the one of this process' },
    ),
  },
  {
    atLeastOne: [['rate', 'nice', 'ionice']],
    hints: { limit: 'write rate', bandwidth: 'write rate', priority: 'write nice' },
  },
);
