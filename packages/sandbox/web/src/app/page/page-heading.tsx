import { useEffect, useRef } from 'react';

interface Props {
  children: string;
  /** Where one view has replaced another, so that keyboard and screen reader go on at the new one's top. */
  takesFocus: boolean;
}

export function PageHeading({ children, takesFocus }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);

  return (
    <>
      <title>{`${children} · Example Bank`}</title>
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
    </>
  );
}
