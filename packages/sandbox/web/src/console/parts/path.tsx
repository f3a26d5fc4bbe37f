import { Fragment } from 'react';

/** Breaks, where it has to, before a slash. */
export function Path({ path }: { path: string }) {
  return path.split(/(?=\/)/).map((part, index) => (
    // The parts of a path do not change places.
    <Fragment key={index}>
      <wbr />
      {part}
    </Fragment>
  ));
}
