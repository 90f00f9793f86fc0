import { connectionOptions, informationOptions } from './common.ts';
import { free, owned, refused, type Tool } from './model.ts';

const interactive = refused('nobody sits at the terminal');
const variables = refused('the text of a dump has no variables, and everyone on the machine could read the value');
const otherInput = refused('a restore runs the text of the dump set, and nothing else');
const shown = refused('rows and passwords of the dump would be in the log');
const otherOutput = refused('what psql says belongs into the log of the run');

/** psql of every major from 12 to 19. It restores plain dumps. */
export const psql: Tool = {
  name: 'psql',
  spellings: {},
  options: [
    otherInput('command', 'texts', 'Statements to run.', { letter: 'c' }),
    owned('into')('dbname', 'text', 'Database to connect to.', { letter: 'd' }),
    otherInput('file', 'texts', 'File to run.', { letter: 'f' }),
    refused('it prints a text and ends')('list', 'nothing', 'Prints the databases.', { letter: 'l' }),
    variables('set', 'texts', 'Sets a variable of psql.', { letter: 'v' }),
    variables('variable', 'texts', 'Sets a variable of psql.'),
    refused('it is always given, so that a file of the user changes nothing')(
      'no-psqlrc',
      'nothing',
      'Reads no `~/.psqlrc`.',
      { letter: 'X' },
    ),
    owned('single-transaction')('single-transaction', 'nothing', 'Restores all or nothing.', { letter: '1' }),
    shown('echo-all', 'nothing', 'Prints every line that is read.', { letter: 'a' }),
    shown('echo-errors', 'nothing', 'Prints statements that fail.', { letter: 'b' }),
    shown('echo-queries', 'nothing', 'Prints every statement that is sent.', { letter: 'e' }),
    free('echo-hidden', 'nothing', 'Prints the queries behind commands of psql.', { letter: 'E' }),
    otherOutput('log-file', 'text', 'File that gets a copy of the output.', { letter: 'L' }),
    interactive('no-readline', 'nothing', 'Edits no command lines.', { letter: 'n' }),
    otherOutput('output', 'text', 'File or program that gets the output.', { letter: 'o' }),
    free('quiet', 'nothing', 'Prints no messages beside results.', { letter: 'q' }),
    interactive('single-step', 'nothing', 'Asks before each statement.', { letter: 's' }),
    interactive('single-line', 'nothing', 'Takes each line for a statement.', { letter: 'S' }),
    free('no-align', 'nothing', 'Prints tables unaligned.', { letter: 'A' }),
    free('csv', 'nothing', 'Prints tables as CSV.'),
    free('field-separator', 'text', 'What stands between the fields of unaligned tables.', { letter: 'F' }),
    free('html', 'nothing', 'Prints tables as HTML.', { letter: 'H' }),
    free('pset', 'texts', 'Sets an option of printing.', { letter: 'P' }),
    free('record-separator', 'text', 'What stands between the lines of unaligned tables.', { letter: 'R' }),
    free('tuples-only', 'nothing', 'Prints rows without headings.', { letter: 't' }),
    free('table-attr', 'text', 'Attributes of HTML tables.', { letter: 'T' }),
    free('expanded', 'nothing', 'Prints one line for each field.', { letter: 'x' }),
    free('field-separator-zero', 'nothing', 'Puts a zero byte between the fields of unaligned tables.', {
      letter: 'z',
    }),
    free('record-separator-zero', 'nothing', 'Puts a zero byte between the lines of unaligned tables.', {
      letter: '0',
    }),
    ...connectionOptions,
    ...informationOptions,
  ],
};
